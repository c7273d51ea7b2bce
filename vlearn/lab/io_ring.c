/* Moves a ring by the macros of Xen's io/ring.h: reads moves as lines, prints the indices after each of them. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define mb() __sync_synchronize()
#define rmb() __sync_synchronize()
#define wmb() __sync_synchronize()
#include <xen/io/ring.h>

struct request { unsigned char bytes[900]; };
struct response { unsigned char bytes[900]; };
DEFINE_RING_TYPES(example, struct request, struct response);

static unsigned char page[4096] __attribute__((aligned(4096)));

int main(int count, char **words)
{
    struct example_sring *shared = (struct example_sring *)page;
    struct example_front_ring front;
    struct example_back_ring back;
    RING_IDX start = count > 1 ? (RING_IDX)strtoul(words[1], NULL, 10) : 0;
    char move[16];
    unsigned int messages;

    SHARED_RING_INIT(shared);
    shared->req_prod = shared->rsp_prod = start;
    shared->req_event = shared->rsp_event = start + 1;
    FRONT_RING_ATTACH(&front, shared, start, sizeof(page));
    BACK_RING_ATTACH(&back, shared, start, sizeof(page));
    while (scanf("%15s %u", move, &messages) == 2) {
        int notify = 0, work = 0;
        if (!strcmp(move, "Publish")) {
            front.req_prod_pvt += messages;
            RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&front, notify);
        } else if (!strcmp(move, "Take")) {
            back.req_cons += messages;
        } else if (!strcmp(move, "Answer")) {
            back.rsp_prod_pvt += messages;
            RING_PUSH_RESPONSES_AND_CHECK_NOTIFY(&back, notify);
        } else if (!strcmp(move, "Collect")) {
            front.rsp_cons += messages;
        } else if (!strcmp(move, "backend")) {
            RING_FINAL_CHECK_FOR_REQUESTS(&back, work);
        } else if (!strcmp(move, "frontend")) {
            RING_FINAL_CHECK_FOR_RESPONSES(&front, work);
        } else {
            return 1;
        }
        printf("%u %u %u %u %u %u %u %u %u %d\n", shared->req_prod, back.req_cons, shared->rsp_prod, front.rsp_cons,
               shared->req_event, shared->rsp_event, RING_FREE_REQUESTS(&front),
               (unsigned int)RING_HAS_UNCONSUMED_REQUESTS(&back), (unsigned int)RING_HAS_UNCONSUMED_RESPONSES(&front),
               notify || work);
    }
    return RING_SIZE(&front) == 4 ? 0 : 2;
}
