; Maps PAGES pages at 1 GiB, one page-table entry after another, while paging is on and the page tables are in use.
; On bare metal each entry is one MOV. A monitor that keeps shadow page tables has write-protected these tables, so
; each MOV is a trap: 262,144 of them for 1 GiB, against 256 page tables that a guest could have announced instead.

PRESENT equ 3                           ; P and R/W
DIRECTORY equ 0x10000
LOW     equ 0x11000                     ; the page table of the first 4 MiB
TABLES  equ 0x20000                     ; the page tables to fill, one behind the other
WINDOW  equ 0x400                       ; offset of the directory's entry for linear address 1 GiB

start:  mov esp, 0x9000
        mov edi, LOW                    ; the first 1 MiB at its own address
        mov eax, PRESENT
        mov ecx, 256
low:    mov [edi], eax
        add eax, 0x1000
        add edi, 4
        loop low
        mov dword [DIRECTORY], LOW+PRESENT

        mov edi, DIRECTORY+WINDOW       ; empty page tables, all in the directory already
        mov eax, TABLES+PRESENT
        mov ecx, PAGES+1023
        shr ecx, 10                     ; one for each 1024 pages or part of them
tables: mov [edi], eax
        add eax, 0x1000
        add edi, 4
        loop tables

        mov eax, DIRECTORY
        mov cr3, eax
        mov eax, cr0
        or eax, 0x80010000              ; PG, and WP: the kernel heeds R/W too
        mov cr0, eax

        mov edi, TABLES
        mov eax, PRESENT
        mov ecx, PAGES
map:    mov [edi], eax                  ; the write that a monitor traces
        add eax, 0x1000
        add edi, 4
        dec ecx
        jnz map

        hlt
