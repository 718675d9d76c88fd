/* load.h - the files of a page -> its syntax tree.
 *
 * In: the files of the command line, the frame= of the directive, the list of pages. Out: wc->dir,
 * wc->base, the ast with everything that the page uses.
 */
#ifndef WICKC_LOAD_H
#define WICKC_LOAD_H

#include "wickc/job.h"

/** Read, lex and parse all files. The page is the first file with a directive, else the first file.
 * The text is that of the frame, without one that of the first file. */
void load_files(struct job *job);

#endif
