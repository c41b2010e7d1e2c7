package dev.ottla.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/**
 * What the launcher runs before {@link Training}: the JVM keeps no class in its cache whose file is older than Java 6 (JEP 483 and before), and such a library costs
 * every command a sixth of a second. This gives the classes of a jar a version of now, with the stack maps that go with it.
 */
final class NewerClasses {
    private static final int FIRST_WITH_STACK_MAPS = ClassFile.JAVA_6_VERSION;

    private NewerClasses() {}

    /** @param args jars, which are written anew; their libraries are on the class path */
    public static void main(String[] args) throws IOException {
        for (String jar : args) {
            rewrite(Path.of(jar));
        }
    }

    private static void rewrite(Path jar) throws IOException {
        Path rewritten = jar.resolveSibling(jar.getFileName() + ".newer");
        try (JarFile from = new JarFile(jar.toFile());
                OutputStream file = Files.newOutputStream(rewritten);
                JarOutputStream to = new JarOutputStream(file)) {
            for (JarEntry entry : Collections.list(from.entries())) {
                byte[] bytes = from.getInputStream(entry).readAllBytes();
                to.putNextEntry(new JarEntry(entry.getName()));
                to.write(entry.getName().endsWith(".class") ? newer(bytes) : bytes);
                to.closeEntry();
            }
        }
        Files.move(rewritten, jar, StandardCopyOption.REPLACE_EXISTING);
    }

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
    private static ClassHierarchyResolver hierarchy() {
        ClassHierarchyResolver known = ClassHierarchyResolver.ofResourceParsing(NewerClasses.class.getClassLoader())
                .orElse(ClassHierarchyResolver.defaultResolver());
        return known.orElse(unknown ->
                ClassHierarchyResolver.ClassHierarchyInfo.ofClass(java.lang.constant.ConstantDescs.CD_Object));
    }
}
