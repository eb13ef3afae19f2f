/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RadixSortTest {
  private record Item(long key, int number) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 3, 2047, 2048, 1L << 33, Long.MAX_VALUE})
  void shouldSortAsAStableSortByComparisonsDoes(long bound) {
    Random random = new Random(bound);
    for (int count : new int[] {0, 1, 2, 3000}) {
      Item[] items = new Item[count];
      // Negative keys too: differences are what counts.
      Arrays.setAll(items, i -> new Item(random.nextLong(bound) - bound / 2, i));
      Item[] expected = items.clone();
      Arrays.sort(expected, Comparator.comparingLong(Item::key));

      RadixSort.by(Item::key, items);

      assertThat(items).containsExactly(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1_000_000_000_000L})
  void shouldSortBesideTheGreatestKey(long least) {
    Item[] items = {new Item(Long.MAX_VALUE, 0), new Item(least, 1), new Item(Long.MAX_VALUE, 2)};

    RadixSort.by(Item::key, items);

    assertThat(items).extracting(Item::number).containsExactly(1, 0, 2);
  }
}
