package dev.ottla.cli.assemble;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.runtime.SwitchBootstraps;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What {@link SwitchBootstraps#typeSwitch} is specified to return, asked type by type: (object, label to begin at) to label, -1 for null. */
final class TypeSwitch {
    static final ClassDesc BOOTSTRAP =
            SwitchBootstraps.class.describeConstable().orElseThrow();

    private static final int OBJECT = 0;
    private static final int BEGIN = 1;

    private TypeSwitch() {}

    /** Null for a switch that has other labels than types. */
    static @Nullable Consumer<CodeBuilder> bodyOf(InvokeDynamicInstruction site) {
        List<ConstantDesc> labels = site.bootstrapArgs();
        boolean typesOnly =
                site.name().equalsString("typeSwitch") && labels.stream().allMatch(ClassDesc.class::isInstance);
        return typesOnly ? code -> write(code, labels) : null;
    }

    private static void write(CodeBuilder code, List<ConstantDesc> labels) {
        Label some = code.newLabel();
        code.aload(OBJECT).ifnonnull(some).iconst_m1().ireturn().labelBinding(some);
        for (int i = 0; i < labels.size(); i++) {
            Label next = code.newLabel();
            code.iload(BEGIN).loadConstant(i).if_icmpgt(next);
            code.aload(OBJECT).instanceOf((ClassDesc) labels.get(i)).ifeq(next);
            code.loadConstant(i).ireturn().labelBinding(next);
        }
        code.loadConstant(labels.size()).ireturn();
    }
}
