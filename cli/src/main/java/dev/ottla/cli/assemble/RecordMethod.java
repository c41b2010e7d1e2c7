package dev.ottla.cli.assemble;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.runtime.ObjectMethods;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What {@link ObjectMethods#bootstrap} makes of a record's equals and hashCode. Its toString stays: it is for people. */
final class RecordMethod {
    static final ClassDesc BOOTSTRAP = ObjectMethods.class.describeConstable().orElseThrow();

    private static final ClassDesc OBJECTS = Objects.class.describeConstable().orElseThrow();
    /** Of the arguments: the record, its components' names, then their getters. */
    private static final int FIRST_GETTER = 2;

    private static final int RECORD = 0;
    private static final int OTHER = 1;
    private static final int OTHER_RECORD = 2;
    private static final int HASH = 1;
    private static final int FACTOR = 31;

    private final ClassDesc record;
    private final List<DirectMethodHandleDesc> getters;

    private RecordMethod(List<ConstantDesc> arguments) {
        record = (ClassDesc) arguments.getFirst();
        getters = arguments.stream()
                .skip(FIRST_GETTER)
                .map(DirectMethodHandleDesc.class::cast)
                .toList();
    }

    static @Nullable Consumer<CodeBuilder> bodyOf(InvokeDynamicInstruction site) {
        RecordMethod method = new RecordMethod(site.bootstrapArgs());
        return switch (site.name().stringValue()) {
            case "equals" -> method::writeEquals;
            case "hashCode" -> method::writeHashCode;
            default -> null;
        };
    }

    private void writeEquals(CodeBuilder code) {
        Label notSame = code.newLabel();
        Label differs = code.newLabel();
        code.aload(RECORD).aload(OTHER).if_acmpne(notSame).iconst_1().ireturn().labelBinding(notSame);
        code.aload(OTHER).instanceOf(record).ifeq(differs);
        code.aload(OTHER).checkcast(record).astore(OTHER_RECORD);
        for (DirectMethodHandleDesc getter : getters) {
            get(code, RECORD, getter);
            get(code, OTHER_RECORD, getter);
            jumpWhenDifferent(code, typeOf(getter), differs);
        }
        code.iconst_1().ireturn().labelBinding(differs).iconst_0().ireturn();
    }

    private static void jumpWhenDifferent(CodeBuilder code, ClassDesc type, Label differs) {
        switch (TypeKind.from(type)) {
            case BOOLEAN, BYTE, CHAR, SHORT, INT -> code.if_icmpne(differs);
            case LONG -> code.lcmp().ifne(differs);
            case FLOAT, DOUBLE ->
                code.invokestatic(box(type), "compare", MethodTypeDesc.of(ConstantDescs.CD_int, type, type))
                        .ifne(differs);
            default ->
                code.invokestatic(
                                OBJECTS,
                                "equals",
                                MethodTypeDesc.of(
                                        ConstantDescs.CD_boolean, ConstantDescs.CD_Object, ConstantDescs.CD_Object))
                        .ifeq(differs);
        }
    }

    private void writeHashCode(CodeBuilder code) {
        code.iconst_0().istore(HASH);
        for (DirectMethodHandleDesc getter : getters) {
            ClassDesc type = typeOf(getter);
            code.iload(HASH).loadConstant(FACTOR).imul();
            get(code, RECORD, getter);
            code.invokestatic(
                    type.isPrimitive() ? box(type) : OBJECTS,
                    "hashCode",
                    MethodTypeDesc.of(ConstantDescs.CD_int, type.isPrimitive() ? type : ConstantDescs.CD_Object));
            code.iadd().istore(HASH);
        }
        code.iload(HASH).ireturn();
    }

    private void get(CodeBuilder code, int from, DirectMethodHandleDesc getter) {
        code.aload(from).getfield(record, getter.methodName(), typeOf(getter));
    }

    private static ClassDesc typeOf(DirectMethodHandleDesc getter) {
        return getter.invocationType().returnType();
    }

    private static ClassDesc box(ClassDesc primitive) {
        return switch (TypeKind.from(primitive)) {
            case BOOLEAN -> ConstantDescs.CD_Boolean;
            case BYTE -> ConstantDescs.CD_Byte;
            case CHAR -> ConstantDescs.CD_Character;
            case SHORT -> ConstantDescs.CD_Short;
            case INT -> ConstantDescs.CD_Integer;
            case LONG -> ConstantDescs.CD_Long;
            case FLOAT -> ConstantDescs.CD_Float;
            case DOUBLE -> ConstantDescs.CD_Double;
            default -> throw new IllegalArgumentException(primitive.displayName() + " is no primitive type");
        };
    }
}
