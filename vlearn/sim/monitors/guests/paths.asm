; The smallest kernel that has all three ways in: a system call, a page fault, an interrupt. Each handler does one thing.

KERNEL_CODE equ 0x08
KERNEL_DATA equ 0x10
USER_CODE equ 0x1b
USER_DATA equ 0x23
TASK    equ 0x28
GDT     equ 0x6000
TSS     equ 0x6100
IDT     equ 0x6800
DIRECTORY equ 0x10000
LOW     equ 0x11000
FIRST   equ 0x12000
KERNEL_PAGE equ 0x63                    ; P, R/W, and A and D set already
USER_PAGE equ 7
TIMER   equ 0x40

start:  mov esp, 0x9000
        lgdt [gdtr]
        jmp KERNEL_CODE:flush
flush:  mov eax, KERNEL_DATA
        mov ss, eax
        mov eax, USER_DATA
        mov ds, eax
        mov es, eax
        lidt [idtr]
        mov eax, TASK
        ltr ax
        mov edi, LOW                    ; the first 128 KiB, for the kernel alone
        mov eax, KERNEL_PAGE
        mov ecx, 32
page:   mov [edi], eax
        add eax, 0x1000
        add edi, 4
        loop page
        mov dword [FIRST], 0xc000+USER_PAGE
        mov dword [DIRECTORY], LOW+KERNEL_PAGE
        mov dword [DIRECTORY+4], FIRST+USER_PAGE
        mov eax, DIRECTORY
        mov cr3, eax
        mov eax, cr0
        or eax, 0x80010000
        mov cr0, eax
        mov eax, 100
        out TIMER, eax
        sti                             ; IRET would do on bare metal; but under trap-and-emulate it leaves IF as it is
        push USER_DATA
        push 0x402000
        push 0x202
        push USER_CODE
        push 0x400000
        iret

call80: cmp eax, 1
        je exit
        mov eax, 42                     ; the answer
        iret
exit:   cli
        hlt

missing: add esp, 4                     ; the error code
        mov dword [FIRST+4], 0xd000+USER_PAGE
        iret

timer:  inc dword [ticks]
        iret

ticks:  dd 0
gdtr:   dw 0x2f
        dd GDT
idtr:   dw 0x407
        dd IDT

        org GDT
        dd 0, 0
        dd 0x0000ffff, 0x00cf9b00
        dd 0x0000ffff, 0x00cf9300
        dd 0x0000ffff, 0x00cffb00
        dd 0x0000ffff, 0x00cff300
        dw 0x67, TSS, 0x8900, 0
        org TSS+4
        dd 0x9000, KERNEL_DATA
        org TSS+0x66
        dw 0x68
        org IDT+0x70
        dw missing, KERNEL_CODE, 0x8f00, 0      ; a trap gate: under trap-and-emulate nothing would set IF again
        org IDT+0x100
        dw timer, KERNEL_CODE, 0x8e00, 0
        org IDT+0x400
        dw call80, KERNEL_CODE, 0xef00, 0
