/* device_var3.h - a state without its variable. */
struct silent {
    char name[8];
};
