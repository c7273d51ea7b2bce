; The guest `kernel`, ported by hand to the paravirtual monitor: ring 1 instead of ring 0, hypercalls instead of
; privileged instructions, a byte of the shared page instead of IF. The processes are not changed. PV: marks what is new
; or different; nothing marks what is gone: GDT, IDT and TSS, and with them LGDT, LIDT and LTR.
;
; Memory:  0x4000 this code         0x10000 page directory      0x7000 kernel stack of process 0
;          0x100000 shared page     0x11000 page tables         0x8000 kernel stack of process 1
;          0xc000 the page of process 0, at linear 0x400000     0xa000 boot stack
;          0xd000 the page of process 1, at linear 0x800000

KERNEL_CODE equ FLAT_RING1_CS           ; PV: the monitor's GDT has segments for rings 1 and 3
KERNEL_DATA equ FLAT_RING1_DS
USER_CODE equ FLAT_RING3_CS
USER_DATA equ FLAT_RING3_DS

DIRECTORY equ 0x10000
LOW     equ 0x11000                     ; page table of the first 4 MiB: the kernel, at its own addresses
FIRST   equ 0x12000                     ; page table of 0x400000: process 0
SECOND  equ 0x13000                     ; page table of 0x800000: process 1
KERNEL_PAGE equ 3                       ; P, R/W
READ_ONLY equ 1                         ; P
USER_PAGE equ 7                         ; P, R/W, U/S

; ---- boot: ring 1, paging on, events masked
start:  mov esp, 0xa000                 ; PV: a stack of its own, since it is used now
        mov eax, USER_DATA              ; DS and ES may stay what processes need: ring 1 may use them as well
        mov ds, eax
        mov es, eax
        mov ebx, traps                  ; PV: for LIDT
        mov eax, HYPERVISOR_set_trap_table
        int XEN
        mov ebx, KERNEL_CODE            ; PV: the timer is an event, not a vector
        mov ecx, timer
        mov edx, KERNEL_CODE
        mov esi, timer
        mov eax, HYPERVISOR_set_callbacks
        int XEN

        mov edi, LOW                    ; page tables: the first 128 KiB at their own addresses, for the kernel alone
        mov eax, KERNEL_PAGE
        mov ecx, 32
page:   mov [edi], eax
        add eax, 0x1000
        add edi, 4
        loop page
        mov dword [LOW+0x400], SHARED_INFO+KERNEL_PAGE  ; PV: the shared page has to stay where it is
        mov dword [LOW+0x40], DIRECTORY+READ_ONLY       ; PV: nobody may have a writable mapping of a table
        mov dword [LOW+0x44], LOW+READ_ONLY
        mov dword [LOW+0x48], FIRST+READ_ONLY
        mov dword [LOW+0x4c], SECOND+READ_ONLY
        mov dword [FIRST], 0xc000+USER_PAGE
        mov dword [SECOND], 0xd000+USER_PAGE
        mov dword [DIRECTORY], LOW+KERNEL_PAGE
        mov dword [DIRECTORY+4], FIRST+USER_PAGE
        mov dword [DIRECTORY+8], SECOND+USER_PAGE
        mov ebp, 4                      ; PV: nor in the tables that the builder made: four calls
        mov ebx, DIRECTORY
protect: mov ecx, ebx
        or ecx, READ_ONLY
        mov edx, 0
        mov eax, HYPERVISOR_update_va_mapping
        int XEN
        add ebx, 0x1000
        dec ebp
        jnz protect
        mov ebx, tables                 ; PV: for MOV CR3. PG and WP are on already
        mov ecx, 2
        mov edx, 0
        mov esi, DOMID_SELF
        mov eax, HYPERVISOR_mmuext_op
        int XEN

        call arm                        ; PV: for OUT to the timer
        mov eax, 0
        jmp resume                      ; into process 0

; ---- the timer: the other process goes on. An event: the mask is set here
timer:  pusha
        mov byte [evtchn_upcall_pending], 0             ; PV: the event is taken
        mov dword [evtchn_pending_sel], 0
        mov dword [evtchn_pending], 0
        call arm                        ; PV: the timer fires once
        call switch
        popa
        push eax                        ; PV: for IRET, which could not restore the mask
        mov eax, HYPERVISOR_iret
        int XEN

arm:    mov ebx, [system_time]          ; PV: INTERVAL from now
        add ebx, INTERVAL
        mov ecx, 0
        mov eax, HYPERVISOR_set_timer_op
        int XEN
        ret

; ---- system calls: INT 0x80 through a gate from ring 3 to ring 1, past the monitor
call80: pusha
        cmp eax, 1
        je write
        cmp eax, 2
        je yield
exit:   mov byte [evtchn_upcall_mask], 1 ; PV: for CLI
        mov edx, [current]
        mov dword [alive+edx*4], 0
        xor edx, 1
        cmp dword [alive+edx*4], 0
        je finish
        mov eax, edx
        jmp resume                      ; this one's stack is never used again
finish: mov ebx, SCHEDOP_shutdown       ; PV: for HLT with IF = 0
        mov ecx, 0
        mov eax, HYPERVISOR_sched_op
        int XEN

write:  mov byte [evtchn_upcall_mask], 1 ; PV: a critical section without PUSHF, CLI and POPF
        mov [character], bl
        mov ebx, 0                      ; PV: for OUT to the console
        mov ecx, 1
        mov edx, character
        mov eax, HYPERVISOR_console_io
        int XEN
        inc dword [written]
        jmp leave80
yield:  mov byte [evtchn_upcall_mask], 1 ; PV: for PUSHF and CLI
        call switch
leave80: mov byte [evtchn_upcall_mask], 0 ; PV: for POPF, and a look at what has waited
        cmp byte [evtchn_upcall_pending], 0
        je quiet
        mov ebx, 0
        mov eax, HYPERVISOR_xen_version ; PV: any hypercall lets the event in
        int XEN
quiet:  popa
        iret                            ; to ring 3, past the monitor: the mask is 0, as this frame's IF would have it

; ---- switch to the other process if it lives; the mask is set here
switch: mov edx, [current]
        mov eax, edx
        xor eax, 1
        cmp dword [alive+eax*4], 0
        je same
        mov [saved+edx*4], esp          ; everything else is on the stack
        mov esp, [saved+eax*4]
        mov [current], eax
        jmp stack                       ; PV: for the store of ESP0 to the TSS
same:   ret

; ---- go on with process EAX
resume: mov [current], eax
        mov esp, [saved+eax*4]
stack:  mov ecx, [tops+eax*4]
        mov ebx, KERNEL_DATA
        mov eax, HYPERVISOR_stack_switch
        int XEN
        ret                             ; to `switch`'s caller, or to `enter` at the first time
enter:  popa
        push eax                        ; PV: for IRET, as this frame's IF clears the mask
        mov eax, HYPERVISOR_iret
        int XEN                         ; to ring 3, with events on

current: dd 0
alive:  dd 1, 1
written: dd 0
character: dd 0
tops:   dd 0x8000, 0x9000
saved:  dd frame0, frame1

; ---- PV: what the hypercalls are told
traps:  db 0x80, 3                      ; a vector that ring 3 may use, with events as they are
        dw KERNEL_CODE
        dd call80
        dd 0, 0
tables: dd MMUEXT_PIN_L2_TABLE, 0x10, 0
        dd MMUEXT_NEW_BASEPTR, 0x10, 0

; ---- the kernel stacks of two processes that have not run yet: where to go, eight registers, and the frame for IRET
        org 0x8000-56
frame0: dd enter
        dd 0, 0, 0, 0, 0, 0, 0, 0
        dd 0x400000, USER_CODE, 0x202, 0x401000, USER_DATA
        org 0x9000-56
frame1: dd enter
        dd 0, 0, 0, 0, 0, 0, 0, 0
        dd 0x800000, USER_CODE, 0x202, 0x801000, USER_DATA
