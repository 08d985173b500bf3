import { oneOf } from '../on-disk/one-of.ts';

/** The option of data sets that read plain folders. */
export const linksOption = oneOf(['inside', 'follow'], {
  description: 'Links in root that lead out of it: inside (default) leaves them out and tells them; follow reads what they lead to',
});
