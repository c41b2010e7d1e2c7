package dev.ottla.cli.log;

import dev.ottla.cli.kit.Given;
import dev.ottla.cli.kit.Json;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values as text, never more than so many bytes of one.
 *
 * @param maxBytes shown of each
 */
record BytesText(Form form, int maxBytes) {
    static final int DEFAULT_MAX_BYTES = 256;

    /** Text means UTF-8; what is not is shown as base64. */
    enum Form {
        TEXT,
        HEX,
        BASE64
    }

    static BytesText of(String form, long maxBytes) {
        if (maxBytes < 1 || maxBytes > Integer.MAX_VALUE) {
            throw Given.usage("--max-bytes takes 1 to %d, not %d.".formatted(Integer.MAX_VALUE, maxBytes));
        }
        return switch (form) {
            case "text" -> new BytesText(Form.TEXT, (int) maxBytes);
            case "hex" -> new BytesText(Form.HEX, (int) maxBytes);
            case "base64" -> new BytesText(Form.BASE64, (int) maxBytes);
            default -> throw Given.usage("--as is text, hex or base64, not '%s'.".formatted(form));
        };
    }

    /** For people: control characters are written out. */
    String line(@Nullable ByteBuffer bytes) {
        if (bytes == null) {
            return "null";
        }
        ByteBuffer shown = shown(bytes);
        String more = bytes.remaining() > maxBytes ? "... (%d bytes)".formatted(bytes.remaining()) : "";
        String text = form == Form.TEXT ? utf8(shown, bytes.remaining() > maxBytes) : null;
        if (text != null) {
            return "\"" + escaped(text) + "\"" + more;
        }
        return (form == Form.HEX ? "hex:" + hex(shown) : "base64:" + base64(shown)) + more;
    }

    /** For programs: under {@code name}, or a name that says how it is written. */
    Json put(Json json, String name, @Nullable ByteBuffer bytes) {
        if (bytes == null) {
            return json.with(name, null);
        }
        ByteBuffer shown = shown(bytes);
        boolean cut = bytes.remaining() > maxBytes;
        String text = form == Form.TEXT ? utf8(shown, cut) : null;
        if (text != null) {
            json.with(name, text);
        } else if (form == Form.HEX) {
            json.with(name + "Hex", hex(shown));
        } else {
            json.with(name + "Base64", base64(shown));
        }
        return cut ? json.with(name + "Bytes", bytes.remaining()) : json;
    }

    private ByteBuffer shown(ByteBuffer bytes) {
        return bytes.slice(bytes.position(), Math.min(bytes.remaining(), maxBytes));
    }

    /** Null when it is not UTF-8. The cut may have gone through a character. */
    private static @Nullable String utf8(ByteBuffer bytes, boolean cut) {
        int tail = cut ? Math.min(3, bytes.remaining()) : 0;
        for (int less = 0; less <= tail; less++) {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(bytes.slice(0, bytes.remaining() - less))
                        .toString();
            } catch (CharacterCodingException notText) {
                // Perhaps with a byte less.
            }
        }
        return null;
    }

    private static String escaped(String text) {
        var escaped = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> escaped.append("\\n");
                case '\r' -> escaped.append("\\r");
                case '\t' -> escaped.append("\\t");
                case '"' -> escaped.append("\\\"");
                case '\\' -> escaped.append("\\\\");
                default -> {
                    if (Character.isISOControl(c)) {
                        escaped.append("\\u%04x".formatted(c));
                    } else {
                        escaped.appendCodePoint(c);
                    }
                }
            }
        });
        return escaped.toString();
    }

    private static byte[] array(ByteBuffer bytes) {
        byte[] array = new byte[bytes.remaining()];
        bytes.get(bytes.position(), array);
        return array;
    }

    private static String hex(ByteBuffer bytes) {
        return HexFormat.of().formatHex(array(bytes));
    }

    private static String base64(ByteBuffer bytes) {
        return Base64.getEncoder().encodeToString(array(bytes));
    }
}
