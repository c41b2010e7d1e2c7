package dev.ottla.broker.wire;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.types.ArrayOf;
import org.apache.kafka.common.protocol.types.BoundField;
import org.apache.kafka.common.protocol.types.CompactArrayOf;
import org.apache.kafka.common.protocol.types.NullableSchema;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.TaggedFields;
import org.apache.kafka.common.protocol.types.Type;
import org.apache.kafka.common.utils.ImplicitLinkedHashCollection;
import org.jspecify.annotations.Nullable;

/** Makes the {@link Shape} of a request: the schema says what is on the wire, reflection on the generated classes what they weigh. */
final class ShapeCompiler {
    /** Objects inside objects that a request may have. Kafka's deepest has five. */
    static final int MAX_NESTING = 8;

    private static final int OBJECT_HEADER_BYTES = 12;

    private static final IdentityHashMap<Type, Shape> SIMPLE = simpleShapes();

    /** Every version's class of objects, found by its schema's first field, which nullable wrappers share. */
    private final IdentityHashMap<Object, Class<?>> classByFirstField = new IdentityHashMap<>();

    private ShapeCompiler(Class<?> requestClass) {
        register(requestClass);
        for (Class<?> nested : requestClass.getDeclaredClasses()) {
            register(nested);
        }
    }

    /** The shape of a supported version of an API's request. */
    static Shape.Struct compile(ApiKeys key, short version) {
        Class<?> requestClass = key.newRequest().getClass();
        return new ShapeCompiler(requestClass).struct(schemaOf(requestClass, version), requestClass, 0);
    }

    private static Schema schemaOf(Class<?> requestClass, short version) {
        @Nullable Schema schema = schemasOf(requestClass)[version];
        if (schema == null) {
            throw new IllegalArgumentException(requestClass + " has no version " + version);
        }
        return schema;
    }

    private void register(Class<?> type) {
        for (@Nullable Schema schema : schemasOf(type)) {
            if (schema != null && schema.numFields() > 0) {
                classByFirstField.put(schema.get(0).def, type);
            }
        }
    }

    private static @Nullable Schema[] schemasOf(Class<?> type) {
        try {
            return (Schema[]) type.getField("SCHEMAS").get(null);
        } catch (NoSuchFieldException e) {
            return new Schema[0];
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(type + " is not a generated class", e);
        }
    }

    private Shape.Struct struct(Schema schema, Class<?> type, int depth) {
        if (depth > MAX_NESTING) {
            throw new IllegalStateException(type + " is nested too deep");
        }
        List<Shape> fields = new ArrayList<>();
        Map<Integer, Shape> tags = null;
        boolean nullable = schema instanceof NullableSchema;
        int minWireBytes = nullable ? 1 : 0;
        for (BoundField bound : schema.fields()) {
            if (bound.def.type instanceof TaggedFields tagged) {
                tags = new HashMap<>();
                for (var entry : tagged.fields().entrySet()) {
                    tags.put(entry.getKey(), shape(entry.getValue().type, depth));
                }
                minWireBytes += nullable ? 0 : 1;
            } else {
                Shape field = shape(bound.def.type, depth);
                fields.add(field);
                minWireBytes += nullable ? 0 : field.minWireBytes();
            }
        }
        return new Shape.Struct(
                List.copyOf(fields), heapBytes(schema, type), tags, nullable, minWireBytes, keys(schema, type));
    }

    /** A key is a field that changes the hash of an element of a keyed list. */
    private static List<Integer> keys(Schema schema, Class<?> type) {
        if (!ImplicitLinkedHashCollection.Element.class.isAssignableFrom(type)) {
            return List.of();
        }
        List<String> names = fieldNames(schema);
        List<Integer> keys = new ArrayList<>();
        for (Field field : type.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers()) && isKey(field, type)) {
                keys.add(names.indexOf(schemaName(field)));
            }
        }
        return List.copyOf(keys);
    }

    private static List<String> fieldNames(Schema schema) {
        List<String> names = new ArrayList<>();
        for (BoundField bound : schema.fields()) {
            names.add(bound.def.name.replace("_", ""));
        }
        return names;
    }

    /** Schemas write topic_name where classes write topicName. */
    private static String schemaName(Field field) {
        return field.getName().toLowerCase(Locale.ROOT);
    }

    private static boolean isKey(Field field, Class<?> type) {
        try {
            Object element = type.getDeclaredConstructor().newInstance();
            int before = element.hashCode();
            field.setAccessible(true);
            Class<?> fieldType = field.getType();
            if (fieldType == String.class) {
                field.set(element, "key");
            } else if (fieldType == Uuid.class) {
                field.set(element, new Uuid(1, 2));
            } else if (fieldType == byte.class) {
                field.setByte(element, (byte) 77);
            } else if (fieldType == short.class) {
                field.setShort(element, (short) 77);
            } else if (fieldType == int.class
                    && !field.getName().equals("next")
                    && !field.getName().equals("prev")) {
                field.setInt(element, 77);
            } else if (fieldType == long.class) {
                field.setLong(element, 77);
            }
            return element.hashCode() != before;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " is not a generated class", e);
        }
    }

    private Shape shape(Type type, int depth) {
        if (type instanceof Schema schema) {
            return struct(schema, classOf(schema), depth + 1);
        }
        Type element = type.arrayElementType().orElse(null);
        if (element != null) {
            boolean compact = type instanceof CompactArrayOf;
            if (!compact && !(type instanceof ArrayOf)) {
                throw new IllegalStateException("Unknown array type " + type);
            }
            boolean keyed = element instanceof Schema schema
                    && ImplicitLinkedHashCollection.Element.class.isAssignableFrom(classOf(schema));
            return new Shape.Array(compact, type.isNullable(), keyed, shape(element, depth));
        }
        Shape simple = SIMPLE.get(type);
        if (simple == null) {
            throw new IllegalStateException("Unknown type " + type);
        }
        return simple;
    }

    private Class<?> classOf(Schema schema) {
        Class<?> type = classByFirstField.get(schema.get(0).def);
        if (type == null) {
            throw new IllegalStateException("No class for " + schema);
        }
        return type;
    }

    /** What one object costs, as laid out with compressed references, with the empty collections of the fields that this version does not have. */
    private static int heapBytes(Schema schema, Class<?> type) {
        List<String> present = fieldNames(schema);
        int shallow = OBJECT_HEADER_BYTES;
        int collections = 0;
        for (Field field : type.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers())) {
                continue;
            }
            Class<?> fieldType = field.getType();
            shallow += fieldBytes(fieldType);
            boolean unset = Collection.class.isAssignableFrom(fieldType) && !present.contains(schemaName(field));
            if (unset && !field.getName().startsWith("_")) {
                collections += FrameWalk.LIST_BYTES;
            }
        }
        return FrameWalk.aligned(shallow) + collections;
    }

    private static int fieldBytes(Class<?> type) {
        if (type == long.class || type == double.class) {
            return Long.BYTES;
        }
        if (type == short.class) {
            return Short.BYTES;
        }
        return type == byte.class || type == boolean.class ? 1 : Integer.BYTES;
    }

    private static IdentityHashMap<Type, Shape> simpleShapes() {
        IdentityHashMap<Type, Shape> shapes = new IdentityHashMap<>();
        shapes.put(Type.BOOLEAN, new Shape.Fixed(1, 0, 0));
        shapes.put(Type.INT8, new Shape.Fixed(1, 0, 0));
        shapes.put(Type.INT16, new Shape.Fixed(2, 0, 16));
        shapes.put(Type.UINT16, new Shape.Fixed(2, 0, 16));
        shapes.put(Type.INT32, new Shape.Fixed(4, 0, 16));
        shapes.put(Type.UNSIGNED_INT32, new Shape.Fixed(4, 0, 24));
        shapes.put(Type.INT64, new Shape.Fixed(8, 0, 24));
        shapes.put(Type.FLOAT64, new Shape.Fixed(8, 0, 24));
        shapes.put(Type.UUID, new Shape.Fixed(16, 32, 32));
        shapes.put(Type.STRING, new Shape.Text(false, false));
        shapes.put(Type.NULLABLE_STRING, new Shape.Text(false, true));
        shapes.put(Type.COMPACT_STRING, new Shape.Text(true, false));
        shapes.put(Type.COMPACT_NULLABLE_STRING, new Shape.Text(true, true));
        shapes.put(Type.BYTES, new Shape.Blob(false, false));
        shapes.put(Type.NULLABLE_BYTES, new Shape.Blob(false, true));
        shapes.put(Type.COMPACT_BYTES, new Shape.Blob(true, false));
        shapes.put(Type.COMPACT_NULLABLE_BYTES, new Shape.Blob(true, true));
        shapes.put(Type.RECORDS, new Shape.Blob(false, false));
        shapes.put(Type.NULLABLE_RECORDS, new Shape.Blob(false, true));
        shapes.put(Type.COMPACT_RECORDS, new Shape.Blob(true, false));
        shapes.put(Type.COMPACT_NULLABLE_RECORDS, new Shape.Blob(true, true));
        return shapes;
    }
}
