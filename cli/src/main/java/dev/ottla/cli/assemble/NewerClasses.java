package dev.ottla.cli.assemble;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;

/**
 * The JVM keeps no class in its cache whose file is older than Java 6 (JEP 483 and before), and such a library costs every command a sixth of a second.
 * This gives a class a version of now, with the stack maps that go with it.
 */
final class NewerClasses {
    private static final int FIRST_WITH_STACK_MAPS = ClassFile.JAVA_6_VERSION;

    private NewerClasses() {}

    /** The same class in a file of Java 8's version; as it is when it is not that old. */
    static byte[] newer(byte[] bytes) {
        ClassFile files = ClassFile.of(
                ClassFile.StackMapsOption.GENERATE_STACK_MAPS, ClassFile.ClassHierarchyResolverOption.of(hierarchy()));
        ClassModel old = files.parse(bytes);
        if (old.majorVersion() >= FIRST_WITH_STACK_MAPS) {
            return bytes;
        }
        ClassTransform version = (to, element) -> {
            if (element instanceof ClassFileVersion) {
                to.withVersion(ClassFile.JAVA_8_VERSION, 0);
            } else {
                to.with(element);
            }
        };
        return files.transformClass(
                old,
                ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)
                        .andThen(version));
    }

    /** The class path's, and no more of what the library could work with but is not there: that stands for itself. */
    static ClassHierarchyResolver hierarchy() {
        ClassHierarchyResolver known = ClassHierarchyResolver.ofResourceParsing(NewerClasses.class.getClassLoader())
                .orElse(ClassHierarchyResolver.defaultResolver());
        return known.orElse(unknown ->
                ClassHierarchyResolver.ClassHierarchyInfo.ofClass(java.lang.constant.ConstantDescs.CD_Object));
    }
}
