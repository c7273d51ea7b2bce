; A process that makes one system call, touches one page that is not there, and computes until a timer interrupts it.

start:  mov eax, 0
        int 0x80                ; a system call
        mov eax, [0x401000]     ; a page fault
        mov ecx, 250
spin:   loop spin               ; an interrupt
        mov eax, 1
        int 0x80                ; the end
