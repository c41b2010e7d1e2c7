package dev.ottla.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.jspecify.annotations.NullMarked;

/** The package says in its package-info that nothing is null unless it says so; NullAway then holds it to that. */
final class BeNullMarked extends ArchCondition<JavaClass> {
    static final BeNullMarked INSTANCE = new BeNullMarked();

    private BeNullMarked() {
        super("stand in a @NullMarked package");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
        events.add(new SimpleConditionEvent(
                type, marked, type.getName() + (marked ? " stands" : " does not stand") + " in a @NullMarked package"));
    }
}
