; A loop of ordinary instructions: nothing in it traps, so a monitor that executes directly runs it at full speed.
; EAX gathers a checksum, so that two runs can be seen to have computed the same.

start:  mov esp, 0x9000
        mov ecx, ROUNDS
        mov eax, 0
        mov esi, data

again:  mov edx, [esi]          ; read, change and write one word of memory
        add edx, ecx
        mov [esi], edx
        xor eax, edx            ; fold it into the checksum
        add eax, eax
        dec ecx
        jnz again

        hlt                     ; IF is 0 since boot: nothing wakes this processor again

        org 0x6000
data:   dd 0
