; Maps PAGES pages from 1 GiB on, one after another, as a kernel that knows of its monitor can do it. WAY says how:
;   0  ordinary stores to page tables that are in use; what becomes of them is for the monitor to say
;   1  mmu_update, BATCH entries at a time
;   2  whole page tables: filled before they are in use, and announced by one mmu_update each

DIRECTORY equ 0xfe000                   ; the tables that the builder made: the directory, and
LOW     equ 0xff000                     ; the page table of the guest's own RAM
TABLES  equ 0x20000                     ; the page tables to fill, one behind the other
FRAME   equ 0x30003                     ; what every entry maps: the same frame, writable
WINDOW  equ 0x40000000

start:  mov esp, 0x9000
        mov eax, HYPERVISOR_vm_assist
        mov ebx, VMASST_enable
        mov ecx, VMASST_writable_pagetables
        int XEN
        mov edi, TABLES
        mov ebp, PAGES
        mov eax, WAY
        cmp eax, 2
        je whole
        mov ecx, TABLES                 ; empty tables, in use from the start
        mov edx, DIRECTORY+0x400
empty:  call announce
        add edx, 4
        add ecx, 0x1000
        cmp ecx, TABLES+0x8000
        jne empty
ready:  nop                             ; from here on entries into the monitor are counted
        mov eax, WAY
        cmp eax, 1
        je batched

store:  mov dword [edi], FRAME          ; way 0
        add edi, 4
        dec ebp
        jnz store
        mov eax, [edi-4]
        mov ebx, PAGES-1
        shl ebx, 12
        mov eax, [WINDOW+ebx]           ; the last page is used
        jmp done

batched: mov esi, BATCH                 ; way 1
        mov ebx, requests
fill:   mov [ebx], edi
        mov dword [ebx+4], FRAME
        add ebx, 8
        add edi, 4
        dec ebp
        jz send
        dec esi
        jnz fill
send:   mov ecx, ebx
        sub ecx, requests
        shr ecx, 3
        mov ebx, requests
        mov edx, 0
        mov esi, DOMID_SELF
        mov eax, HYPERVISOR_mmu_update
        int XEN
        cmp ebp, 0
        jne batched
        jmp done

whole:  nop                             ; way 2
        mov ecx, TABLES
        mov edx, DIRECTORY+0x400
table:  mov esi, 1024
entry:  mov dword [edi], FRAME
        add edi, 4
        dec ebp
        jz full
        dec esi
        jnz entry
full:   call announce
        add edx, 4
        add ecx, 0x1000
        cmp ebp, 0
        jne table

done:   mov eax, HYPERVISOR_sched_op
        mov ebx, SCHEDOP_shutdown
        mov ecx, 0
        int XEN

; ---- the table at ECX becomes read-only, and the directory's entry at EDX leads to it: one hypercall, two updates
announce: pusha
        mov eax, ecx
        shr eax, 10                     ; four bytes for each page
        add eax, LOW
        mov [requests], eax
        mov eax, ecx
        or eax, 1
        mov [requests+4], eax
        mov [requests+8], edx
        or eax, 3
        mov [requests+12], eax
        mov ebx, requests
        mov ecx, 2
        mov edx, 0
        mov esi, DOMID_SELF
        mov eax, HYPERVISOR_mmu_update
        int XEN
        popa
        ret

        org 0x10000
requests: dd 0
