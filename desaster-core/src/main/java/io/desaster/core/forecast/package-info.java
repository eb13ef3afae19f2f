/** What will probably happen: run times and arrivals as they were of late, replayed from now on. */
package io.desaster.core.forecast;
