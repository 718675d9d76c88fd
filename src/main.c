/* main.c - the dashboard as a program. */
#include "dash/dash.h"

int main(int argc, char **argv)
{
    return wick_main(argc, argv, &dash_app);
}
