/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.javahandler;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * What a Java job is, where its queue has no handler of its own: {@code {"handler": "name", "body":
 * …}}. A body that is a text reaches the handler as its UTF-8 bytes, any other as JSON.
 */
record JavaPayload(String handler, byte[] body) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final String FORM = "{\"handler\": \"name\", \"body\": …}";

  /**
   * @throws IllegalArgumentException with a message for the user who gave it
   */
  static JavaPayload parse(byte[] payload) {
    JsonNode object;
    try {
      object = JSON.readTree(payload);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the payload of a java job must be " + FORM + ", and it is no JSON: " + e.getMessage(),
          e);
    }
    JsonNode handler = object.path("handler");
    if (!handler.isTextual()) {
      throw new IllegalArgumentException(
          "the payload of a java job must be " + FORM + ", and it names no handler");
    }
    return new JavaPayload(handler.textValue(), bytes(object.path("body")));
  }

  private static byte[] bytes(JsonNode body) {
    if (body.isMissingNode() || body.isNull()) {
      return new byte[0];
    }
    String text = body.isTextual() ? body.textValue() : body.toString();
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
