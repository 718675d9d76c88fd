/* main.c - wickc: templates of pages -> C. See docs/templates.md. */
#include "wickc/wickc.h"

int main(int argc, char **argv)
{
    static char
        room[1 << 16]; /* of several that make runs, each prints its messages in one piece */
    (void)setvbuf(stderr, room, _IOFBF, sizeof room);
    return wickc_run(argc, argv, stdout, stderr);
}
