package dev.ottla.cli.assemble;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes out what the compiler leaves to be linked when it first runs and the JVM cannot keep in its cache (JEP 483): switches over types, and records'
 * equals and hashCode. For each of them a class would be made in the middle of a start or of the first requests, and to the quick compiler they are
 * calls that it cannot see through.
 */
final class LinkedAhead {
    private static final int PRIVATE_STATIC = ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC | ClassFile.ACC_SYNTHETIC;

    private LinkedAhead() {}

    /** The same class with such call sites as static methods of its own; as it is when it has none, or a verifier would not take it. */
    static byte[] linked(byte[] bytes) {
        ClassFile files = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(NewerClasses.hierarchy()));
        ClassModel model = files.parse(bytes);
        List<Consumer<ClassBuilder>> methods = new ArrayList<>();
        ClassTransform calls = ClassTransform.transformingMethodBodies((code, element) -> {
            Consumer<CodeBuilder> body = element instanceof InvokeDynamicInstruction site ? bodyOf(site) : null;
            if (element instanceof InvokeDynamicInstruction site && body != null) {
                String name = "linked$" + methods.size();
                methods.add(to -> to.withMethodBody(name, site.typeSymbol(), PRIVATE_STATIC, body));
                call(code, model, name, site);
            } else {
                code.with(element);
            }
        });
        byte[] linked = files.transformClass(
                model, calls.andThen(ClassTransform.endHandler(to -> methods.forEach(method -> method.accept(to)))));
        return methods.isEmpty() || !files.verify(linked).isEmpty() ? bytes : linked;
    }

    private static void call(CodeBuilder code, ClassModel in, String name, InvokeDynamicInstruction site) {
        ClassDesc own = in.thisClass().asSymbol();
        code.invokestatic(own, name, site.typeSymbol(), in.flags().has(AccessFlag.INTERFACE));
    }

    /** What the call site would be linked to; null when it can stay. */
    private static @Nullable Consumer<CodeBuilder> bodyOf(InvokeDynamicInstruction site) {
        ClassDesc bootstrap = site.bootstrapMethod().owner();
        if (bootstrap.equals(TypeSwitch.BOOTSTRAP)) {
            return TypeSwitch.bodyOf(site);
        }
        return bootstrap.equals(RecordMethod.BOOTSTRAP) ? RecordMethod.bodyOf(site) : null;
    }
}
