package dev.ottla.cli.assemble;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/**
 * What the launcher runs before {@link TrainedStarts}: makes of the classes in jars what the JVM can keep in its cache, ready to run ({@link NewerClasses},
 * {@link LinkedAhead}). Without it all works, later.
 */
final class CacheableJars {
    private CacheableJars() {}

    /** @param args jars, which are written anew; their libraries are on the class path */
    public static void main(String[] args) throws IOException {
        for (String jar : args) {
            rewrite(Path.of(jar));
        }
    }

    private static void rewrite(Path jar) throws IOException {
        Path rewritten = jar.resolveSibling(jar.getFileName() + ".new");
        try (JarFile from = new JarFile(jar.toFile());
                OutputStream file = Files.newOutputStream(rewritten);
                JarOutputStream to = new JarOutputStream(file)) {
            for (JarEntry entry : Collections.list(from.entries())) {
                byte[] bytes = from.getInputStream(entry).readAllBytes();
                to.putNextEntry(new JarEntry(entry.getName()));
                to.write(entry.getName().endsWith(".class") ? LinkedAhead.linked(NewerClasses.newer(bytes)) : bytes);
                to.closeEntry();
            }
        }
        Files.move(rewritten, jar, StandardCopyOption.REPLACE_EXISTING);
    }
}
