/* desaster, GPL-3.0-or-later, see LICENSE */
/** What nodes and pools did, at several resolutions, in files of fixed size. */
package io.desaster.core.history;
