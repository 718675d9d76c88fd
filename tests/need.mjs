// need.mjs - npm packages for tests. They are installed into build/node (make node), outside the tree.
//   import { need } from '../need.mjs';
//   const { chromium } = need('playwright-core');
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = resolve(process.env.WICK_NODE ?? fileURLToPath(new URL('../build/node', import.meta.url)));
export const need = createRequire(folder + '/package.json');
