; A process of the guest `kernel`: it runs in ring 3, at its own linear address, and can reach nothing but its own page.
; It writes its letter LETTERS times, with some work in between, and exits. EAX says which system call it wants.

SYS_EXIT  equ 0
SYS_WRITE equ 1                 ; the character in BL
SYS_YIELD equ 2

start:  mov ecx, LETTERS
letter: mov eax, SYS_WRITE
        mov ebx, LETTER
        int 0x80
        mov edx, WORK           ; the timer may come here
work:   dec edx
        jnz work
        dec ecx
        jnz letter

        mov eax, SYS_YIELD      ; let the other one go first
        int 0x80
        mov eax, SYS_EXIT
        int 0x80
