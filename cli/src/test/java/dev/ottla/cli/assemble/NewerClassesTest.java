package dev.ottla.cli.assemble;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class NewerClassesTest {
    @Test
    void everyClassOfAnOldLibraryIsVerifiedAndWorksAsANewerOne() throws Exception {
        // Given a library whose classes are as old as Java 5
        List<String> names = namesOfItsClasses();
        assertThat(ClassFile.of().parse(bytes(CommandLine.class.getName())).majorVersion())
                .isLessThan(ClassFile.JAVA_6_VERSION);
        // When all of them are rewritten and loaded
        Rewritten loader = new Rewritten();
        int loaded = 0;
        for (String name : names) {
            loaded += loader.verifies(name) ? 1 : 0;
        }
        // Then the verifier takes them, but for those that need a library that is not here, and they do their work
        assertThat(loaded).isGreaterThan(names.size() * 9 / 10);
        Class<?> spec = loader.loadClass("picocli.CommandLine$Model$CommandSpec");
        Object created = spec.getMethod("create").invoke(null);
        assertThat(spec.getMethod("name", String.class).invoke(created, "ottla").toString())
                .isNotEmpty();
        assertThat(spec.getMethod("name").invoke(created)).isEqualTo("ottla");
    }

    @Test
    void aNewClassStaysAsItIs() throws IOException {
        byte[] ours = bytes(NewerClasses.class.getName());
        assertThat(NewerClasses.newer(ours)).isSameAs(ours);
    }

    private static List<String> namesOfItsClasses() throws IOException {
        String jar = CommandLine.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
        try (JarFile file = new JarFile(jar)) {
            return Collections.list(file.entries()).stream()
                    .map(JarEntry::getName)
                    .filter(name -> name.startsWith("picocli/") && name.endsWith(".class"))
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .toList();
        }
    }

    private static byte[] bytes(String name) throws IOException {
        try (InputStream in = NewerClassesTest.class.getResourceAsStream("/" + name.replace('.', '/') + ".class")) {
            return in.readAllBytes();
        }
    }

    /** Has picocli's classes rewritten, and nothing else. */
    private static final class Rewritten extends ClassLoader {
        Rewritten() {
            super(NewerClassesTest.class.getClassLoader());
        }

        boolean verifies(String name) {
            try {
                Class.forName(name, true, this);
                return true;
            } catch (NoClassDefFoundError | ClassNotFoundException itsLibraryIsNotHere) {
                return false;
            }
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("picocli.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                if (known != null) {
                    return known;
                }
                try {
                    byte[] newer = NewerClasses.newer(bytes(name));
                    return defineClass(name, newer, 0, newer.length);
                } catch (IOException e) {
                    throw new ClassNotFoundException(name, e);
                }
            }
        }
    }
}
