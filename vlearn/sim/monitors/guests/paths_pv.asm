; The guest `paths`, ported: see `kernel_pv` for what the hypercalls stand for.

DIRECTORY equ 0x10000
LOW     equ 0x11000
FIRST   equ 0x12000
KERNEL_PAGE equ 0x63                    ; P, R/W, and A and D set already
READ_ONLY equ 1
USER_PAGE equ 7

start:  mov esp, 0x9000
        mov eax, FLAT_RING3_DS
        mov ds, eax
        mov es, eax
        mov ebx, traps
        mov eax, HYPERVISOR_set_trap_table
        int XEN
        mov ebx, FLAT_RING1_CS
        mov ecx, timer
        mov eax, HYPERVISOR_set_callbacks
        int XEN
        mov ebx, FLAT_RING1_DS
        mov ecx, 0x9000
        mov eax, HYPERVISOR_stack_switch
        int XEN
        mov edi, LOW                    ; the first 128 KiB, for the kernel alone
        mov eax, KERNEL_PAGE
        mov ecx, 32
page:   mov [edi], eax
        add eax, 0x1000
        add edi, 4
        loop page
        mov dword [LOW+0x400], SHARED_INFO+KERNEL_PAGE
        mov dword [LOW+0x40], DIRECTORY+READ_ONLY
        mov dword [LOW+0x44], LOW+READ_ONLY
        mov dword [LOW+0x48], FIRST+READ_ONLY
        mov dword [FIRST], 0xc000+USER_PAGE
        mov dword [DIRECTORY], LOW+KERNEL_PAGE
        mov dword [DIRECTORY+4], FIRST+USER_PAGE
        mov ebp, 3
        mov ebx, DIRECTORY
protect: mov ecx, ebx
        or ecx, READ_ONLY
        mov eax, HYPERVISOR_update_va_mapping
        int XEN
        add ebx, 0x1000
        dec ebp
        jnz protect
        mov ebx, tables
        mov ecx, 2
        mov edx, 0
        mov esi, DOMID_SELF
        mov eax, HYPERVISOR_mmuext_op
        int XEN
        mov ebx, [system_time]
        add ebx, 100
        mov ecx, 0
        mov eax, HYPERVISOR_set_timer_op
        int XEN
        push FLAT_RING3_DS
        push 0x402000
        push 0x202
        push FLAT_RING3_CS
        push 0x400000
        push eax
        mov eax, HYPERVISOR_iret
        int XEN

call80: cmp eax, 1
        je exit
        mov eax, 42                     ; the answer
        iret                            ; past the monitor
exit:   mov ebx, SCHEDOP_shutdown
        mov ecx, 0
        mov eax, HYPERVISOR_sched_op
        int XEN

missing: add esp, 4                     ; the error code
        pusha
        mov ebx, request
        mov ecx, 1
        mov edx, 0
        mov esi, DOMID_SELF
        mov eax, HYPERVISOR_mmu_update
        int XEN
        popa
        iret                            ; past the monitor: the mask has not been touched

timer:  mov byte [evtchn_upcall_pending], 0
        inc dword [ticks]
        push eax
        mov eax, HYPERVISOR_iret
        int XEN

ticks:  dd 0
request: dd FIRST+4, 0xd000+USER_PAGE
traps:  db 0x80, 3
        dw FLAT_RING1_CS
        dd call80
        db 14, 0
        dw FLAT_RING1_CS
        dd missing
        dd 0, 0
tables: dd MMUEXT_PIN_L2_TABLE, 0x10, 0
        dd MMUEXT_NEW_BASEPTR, 0x10, 0
