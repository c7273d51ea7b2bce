; A critical section whose interrupts are switched off and on again with PUSHF and POPF alone, as portable "save flags"
; and "restore flags" macros do. A timer's handler changes the same counter that the section changes.
;
; On bare metal no change is lost. Under trap-and-emulate POPF leaves IF alone, without a trap: the monitor never
; learns that the guest wants no interrupts, the timer comes in the middle of a section, and its change is overwritten.

IF      equ 0x200
CONSOLE equ 0xe9
TIMER   equ 0x40

start:  mov esp, 0x9000
        lgdt [gdtr]
        lidt [idtr]
        mov eax, INTERVAL       ; the timer requests interrupt 0x20 every INTERVAL instructions
        out TIMER, eax
        sti

        mov ecx, ROUNDS
round:  pushf                   ; save the flags ...
        pop ebx
        mov eax, ebx
        and eax, 0xfffffdff     ; ... and load them with IF = 0
        push eax
        popf
                                ; ---- the critical section
        mov edx, [counter]      ; read
        inc edx
        nop                     ; time passes
        nop
        nop
        nop
        mov [counter], edx      ; write: whatever a handler has added since is lost
                                ; ---- its end
        push ebx                ; restore
        popf
        dec ecx
        jnz round

        cli
        mov eax, [ticks]        ; counter should be ROUNDS + ticks
        add eax, ROUNDS
        sub eax, [counter]
        jz whole
        mov al, '!'             ; changes have been lost
        out CONSOLE, al
        hlt
whole:  mov al, '='
        out CONSOLE, al
        hlt

tick:   push eax
        inc dword [counter]
        inc dword [ticks]
        pop eax
        iret

counter: dd 0
ticks:   dd 0

gdtr:   dw 0x17
        dd gdt
idtr:   dw 0x107
        dd idt

        org 0x5000                      ; tables have a page of their own: a monitor may have to watch it
gdt:    dd 0, 0
        dd 0x0000ffff, 0x00cf9b00       ; 0x08: code of ring 0, flat
        dd 0x0000ffff, 0x00cf9300       ; 0x10: data of ring 0, flat

        org 0x5100
idt:    org 0x5200                      ; only the gate 0x20 is in use, the last one of this table
        dw tick, 0x08, 0x8e00, 0        ; interrupt gate: the handler runs with IF = 0
