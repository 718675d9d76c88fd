#include "tmpl/wickc/emit.h"
void emit_page(struct emitter *em, struct sb *header) { (void)em; (void)header; }
