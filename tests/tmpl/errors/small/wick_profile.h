/* A profile for templates that are too large for it. */
enum { WICK_PAGE_BUDGET = 2000, WICK_UPDATE_CAP = 1000 };
