/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON as maps, lists, texts, booleans and numbers ({@link Long}, or {@link Double} if they
 * have a fraction or are too long). Strict: no name twice, nothing after the end. Errors are {@link
 * IllegalArgumentException} and name line and column.
 */
public final class JsonReader {
  private static final int DEPTH_MAX = 100;

  private final String text;
  private int at;
  private int depth;

  private JsonReader(String text) {
    this.text = text;
  }

  public static Object read(String text) {
    JsonReader reader = new JsonReader(text);
    Object value = reader.value();
    reader.space();
    if (reader.at < text.length()) {
      throw reader.wrong("nothing more");
    }
    return value;
  }

  private Object value() {
    space();
    char c = peek();
    if (c == '{' || c == '[') {
      if (++depth > DEPTH_MAX) {
        throw new IllegalArgumentException("more than " + DEPTH_MAX + " levels of JSON" + where());
      }
      Object value = c == '{' ? map() : list();
      depth--;
      return value;
    }
    if (c == '"') {
      return string();
    }
    if (c == '-' || isDigit(c)) {
      return number();
    }
    return word();
  }

  private Map<String, Object> map() {
    Map<String, Object> map = new LinkedHashMap<>();
    at++;
    space();
    while (peek() != '}') {
      if (!map.isEmpty()) {
        expect(',', "',' or '}'");
        space();
      }
      if (peek() != '"') {
        throw wrong("a name in quotes");
      }
      String name = string();
      space();
      expect(':', "':'");
      Object value = value();
      if (map.containsKey(name)) {
        throw new IllegalArgumentException("the name '" + name + "' stands twice" + where());
      }
      map.put(name, value);
      space();
    }
    at++;
    return map;
  }

  private List<Object> list() {
    List<Object> list = new ArrayList<>();
    at++;
    space();
    while (peek() != ']') {
      if (!list.isEmpty()) {
        expect(',', "',' or ']'");
      }
      list.add(value());
      space();
    }
    at++;
    return list;
  }

  private String string() {
    StringBuilder out = new StringBuilder();
    at++;
    while (peek() != '"') {
      char c = text.charAt(at);
      if (c < 0x20) {
        throw wrong("a printable character");
      }
      at++;
      out.append(c == '\\' ? escaped() : c);
    }
    at++;
    return out.toString();
  }

  private char escaped() {
    char c = peek();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> hex();
      default -> {
        at--;
        throw wrong("one of \"\\/bfnrtu");
      }
    };
  }

  private char hex() {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(peek(), 16);
      if (digit < 0) {
        throw wrong("four hexadecimal digits");
      }
      value = value * 16 + digit;
      at++;
    }
    return (char) value;
  }

  private Number number() {
    int start = at;
    accept('-');
    if (!accept('0')) {
      digits();
    }
    boolean whole = true;
    if (accept('.')) {
      whole = false;
      digits();
    }
    if (accept('e') || accept('E')) {
      whole = false;
      if (!accept('+')) {
        accept('-');
      }
      digits();
    }
    String number = text.substring(start, at);
    // Up to 18 digits are always a long.
    return whole && number.length() <= 18
        ? (Number) Long.valueOf(number)
        : (Number) Double.valueOf(number);
  }

  private void digits() {
    if (!isDigit(peek())) {
      throw wrong("a digit");
    }
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
    }
  }

  private Object word() {
    for (String word : List.of("true", "false", "null")) {
      if (text.startsWith(word, at)) {
        at += word.length();
        return word.equals("null") ? null : (Object) word.equals("true");
      }
    }
    throw wrong("a JSON value");
  }

  private boolean accept(char c) {
    boolean there = at < text.length() && text.charAt(at) == c;
    if (there) {
      at++;
    }
    return there;
  }

  private void expect(char c, String what) {
    if (peek() != c) {
      throw wrong(what);
    }
    at++;
  }

  private char peek() {
    if (at >= text.length()) {
      throw new IllegalArgumentException("the JSON ends too early" + where());
    }
    return text.charAt(at);
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private IllegalArgumentException wrong(String expected) {
    return new IllegalArgumentException(
        "not JSON: " + expected + " was expected, not '" + text.charAt(at) + "'" + where());
  }

  private String where() {
    int line = 1;
    int column = 1;
    for (int i = 0; i < Math.min(at, text.length()); i++) {
      column = text.charAt(i) == '\n' ? 1 : column + 1;
      line += text.charAt(i) == '\n' ? 1 : 0;
    }
    return " in line " + line + " column " + column;
  }
}
