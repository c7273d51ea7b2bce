; A small kernel: protected mode with its own tables, paging, two processes in ring 3, system calls, a timer that takes
; the processor away from a process. It halts for good, with IF = 0, when both processes have exited.
;
; Memory:  0x4000 this code             0x7000 kernel stack of process 0, down from 0x8000
;          0x5000 TSS                   0x8000 kernel stack of process 1, down from 0x9000
;          0x6000 GDT, 0x6800 IDT       0xc000 the page of process 0, at linear 0x400000
;          0x10000 page directory       0xd000 the page of process 1, at linear 0x800000
;          0x11000 three page tables

KERNEL_CODE equ 0x08
KERNEL_DATA equ 0x10
USER_CODE equ 0x1b                      ; RPL 3
USER_DATA equ 0x23
TASK    equ 0x28

GDT     equ 0x6000
TSS     equ 0x5000                      ; not in the page of the GDT: it is written at every switch
ESP0    equ 0x5004                      ; in the TSS: the stack for entries into ring 0
IDT     equ 0x6800

DIRECTORY equ 0x10000
LOW     equ 0x11000                     ; page table of the first 4 MiB: the kernel, at its own addresses
FIRST   equ 0x12000                     ; page table of 0x400000: process 0
SECOND  equ 0x13000                     ; page table of 0x800000: process 1
KERNEL_PAGE equ 0x63                    ; P, R/W, and A and D, which nobody will ask for
USER_PAGE equ 7                         ; P, R/W, U/S

CONSOLE equ 0xe9
TIMER   equ 0x40

; ---- boot: ring 0, interrupts and paging off
start:  lgdt [gdtr]
        jmp KERNEL_CODE:flush           ; CS from our own GDT
flush:  mov eax, KERNEL_DATA
        mov ss, eax
        mov eax, USER_DATA              ; DS and ES may stay what processes need: ring 0 may use them as well
        mov ds, eax
        mov es, eax
        lidt [idtr]
        mov eax, TASK
        ltr ax

        mov edi, LOW                    ; page tables: the first 128 KiB at their own addresses, for the kernel alone
        mov eax, KERNEL_PAGE
        mov ecx, 32
page:   mov [edi], eax
        add eax, 0x1000
        add edi, 4
        loop page
        mov dword [FIRST], 0xc000+USER_PAGE
        mov dword [SECOND], 0xd000+USER_PAGE
        mov dword [DIRECTORY], LOW+KERNEL_PAGE
        mov dword [DIRECTORY+4], FIRST+USER_PAGE
        mov dword [DIRECTORY+8], SECOND+USER_PAGE
        mov eax, DIRECTORY
        mov cr3, eax
        mov eax, cr0
        or eax, 0x80010000              ; PG, and WP: the kernel heeds R/W too
        mov cr0, eax

        mov eax, INTERVAL
        out TIMER, eax
        mov eax, 0
        jmp resume                      ; into process 0

; ---- the timer: the other process goes on
timer:  pusha
        call switch
        popa
        iret

; ---- system calls: INT 0x80 through a trap gate, so interrupts stay on
call80: pusha
        cmp eax, 1
        je write
        cmp eax, 2
        je yield
exit:   cli
        mov edx, [current]
        mov dword [alive+edx*4], 0
        xor edx, 1
        cmp dword [alive+edx*4], 0
        je finish
        mov eax, edx
        jmp resume                      ; this one's stack is never used again
finish: hlt                             ; IF = 0: nothing wakes this processor again

write:  pushf                           ; a critical section: nobody else may write in between
        cli
        mov al, bl
        out CONSOLE, al
        inc dword [written]
        popf
        jmp leave80
yield:  pushf
        cli
        call switch
        popf
leave80: popa
        iret

; ---- switch to the other process if it lives; IF is 0 here
switch: mov edx, [current]
        mov eax, edx
        xor eax, 1
        cmp dword [alive+eax*4], 0
        je same
        mov [saved+edx*4], esp          ; everything else is on the stack
        mov esp, [saved+eax*4]
        mov [current], eax
        mov edx, [tops+eax*4]
        mov [ESP0], edx
same:   ret

; ---- go on with process EAX
resume: mov [current], eax
        mov edx, [tops+eax*4]
        mov [ESP0], edx
        mov esp, [saved+eax*4]
        ret                             ; to `switch`'s caller, or to `enter` at the first time
enter:  popa
        iret                            ; to ring 3, with IF = 1

current: dd 0
alive:  dd 1, 1
written: dd 0
tops:   dd 0x8000, 0x9000
saved:  dd frame0, frame1

gdtr:   dw 0x2f
        dd GDT
idtr:   dw 0x407
        dd IDT

; ---- tables
        org GDT
        dd 0, 0
        dd 0x0000ffff, 0x00cf9b00       ; 0x08: code of ring 0, flat
        dd 0x0000ffff, 0x00cf9300       ; 0x10: data of ring 0
        dd 0x0000ffff, 0x00cffb00       ; 0x18: code of ring 3
        dd 0x0000ffff, 0x00cff300       ; 0x20: data of ring 3
        dw 0x67, TSS, 0x8900, 0         ; 0x28: the TSS

        org TSS+8
        dw KERNEL_DATA                  ; SS0
        org TSS+0x66
        dw 0x68                         ; no I/O permission bitmap: ring 3 has no ports

        org IDT+0x100
        dw timer, KERNEL_CODE, 0x8e00, 0        ; 0x20: interrupt gate, so IF = 0 in the handler
        org IDT+0x400
        dw call80, KERNEL_CODE, 0xef00, 0       ; 0x80: trap gate with DPL 3, so that ring 3 may use it

; ---- the kernel stacks of two processes that have not run yet: where to go, eight registers, and the frame for IRET
        org 0x8000-56
frame0: dd enter
        dd 0, 0, 0, 0, 0, 0, 0, 0
        dd 0x400000, USER_CODE, 0x202, 0x401000, USER_DATA
        org 0x9000-56
frame1: dd enter
        dd 0, 0, 0, 0, 0, 0, 0, 0
        dd 0x800000, USER_CODE, 0x202, 0x801000, USER_DATA
