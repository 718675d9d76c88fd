/* main.c - wickc: templates of pages -> C. See docs/templates.md. */
#include "wickc/wickc.h"

int main(int argc, char **argv)
{
    return wickc_run(argc, argv, stdout, stderr);
}
