#include "tmpl/wickc/form.h"
struct forms *forms_read(struct wc *wc, const struct tree *tree) { (void)tree; return wc_take(wc, sizeof(struct forms)); }
