; Am I alone on this machine? The guest loads the tables and flags that it wants, reads them back with instructions
; that do not trap in any ring, and prints each answer: its name, the value, and `!` where it is not what was loaded.
; The last line is `=` for a bare machine and `V` for a virtual one. Robin and Irvine's list, used from the inside.

CONSOLE equ 0xe9
BASES   equ 0x6000                      ; where this guest puts its GDT

start:  mov esp, 0x9000
        lgdt [gdtr]
        jmp 0x08:flush
flush:  mov eax, 0x10
        mov ss, eax
        mov ds, eax
        mov es, eax
        lidt [idtr]
        mov eax, 0x20
        lldt ax
        mov eax, 0x18
        ltr ax

        push cs                         ; the low two bits of CS are the ring
        pop eax
        mov ebx, 0x08
        mov esi, cs_name
        call report

        mov eax, 0                      ; a segment of ring 0, asked for its access rights
        mov ecx, 0x10
        lar eax, ecx
        mov ebx, 0x00c09300
        mov esi, lar_name
        call report

        sgdt [room]
        mov eax, [room+2]
        mov ebx, gdt
        mov esi, gdt_name
        call report
        sidt [room]
        mov eax, [room+2]
        mov ebx, idt
        mov esi, idt_name
        call report
        sldt eax
        mov ebx, 0x20
        mov esi, ldt_name
        call report
        str eax
        mov ebx, 0x18
        mov esi, tr_name
        call report

        mov eax, cr0                    ; privileged, so a monitor answers this one as it should be ...
        mov ebx, eax
        smsw eax                        ; ... and never hears of this one
        mov esi, msw_name
        call report

        cli
        pushf                           ; IF is 0 now, and IOPL too
        pop eax
        and eax, 0x3200
        mov ebx, 0
        mov esi, pushf_name
        call report
        push 0x3002                     ; IOPL = 3, as ring 0 may choose it
        popf
        pushf
        pop eax
        and eax, 0x3200
        mov ebx, 0x3000
        mov esi, popf_name
        call report

        mov al, '='
        cmp dword [signs], 0
        je verdict
        mov al, 'V'
verdict: out CONSOLE, al
        hlt

; ---- print the name at ESI, the value EAX, and `!` if it is not EBX
report: push eax
        push eax
name:   mov al, [esi]
        cmp al, 0
        je value
        out CONSOLE, al
        inc esi
        jmp name
value:  pop edx
        mov ecx, 8
digit:  mov edi, edx                    ; the highest four bits first
        shr edi, 28
        mov al, [digits+edi]
        out CONSOLE, al
        shl edx, 4
        dec ecx
        jnz digit
        pop eax
        cmp eax, ebx
        je agreed
        inc dword [signs]
        mov al, '!'
        out CONSOLE, al
agreed: mov al, 10
        out CONSOLE, al
        ret

signs:  dd 0
room:   dd 0, 0
digits: db "0123456789abcdef"
cs_name: db "cs    ", 0
lar_name: db "lar   ", 0
gdt_name: db "sgdt  ", 0
idt_name: db "sidt  ", 0
ldt_name: db "sldt  ", 0
tr_name: db "str   ", 0
msw_name: db "smsw  ", 0
pushf_name: db "pushf ", 0
popf_name: db "popf  ", 0

gdtr:   dw 0x27
        dd gdt
idtr:   dw 0
        dd idt

        org BASES
gdt:    dd 0, 0
        dd 0x0000ffff, 0x00cf9b00       ; 0x08: code of ring 0, flat
        dd 0x0000ffff, 0x00cf9300       ; 0x10: data of ring 0
        dw 0x67, tss, 0x8900, 0         ; 0x18: the TSS
        dw 7, ldt, 0x8200, 0            ; 0x20: the LDT
tss:    org tss+0x68
ldt:    dd 0, 0
idt:    dd 0, 0
