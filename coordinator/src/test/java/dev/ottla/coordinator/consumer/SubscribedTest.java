package dev.ottla.coordinator.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubscribedTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "orders",
                "orders-.*",
                "(orders|payments)-(eu|us)-[0-9]{1,3}",
                "[a-zA-Z0-9._-]{1,249}",
                "\\Qa.b\\E.*",
                "[]a]+[[:alpha:]]?",
                "a{,3}",
                "a{b",
                "(?i)orders(?:-x)*",
                ""
            })
    void anOrdinaryPatternIsTaken(String pattern) {
        // Given a pattern as people write them
        // When it is checked
        // Then it is compiled
        assertThat(Subscribed.check(pattern).pattern()).isEqualTo(pattern);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(((a{1,100}){1,100}){1,100})",
                "((((a{1,30}){1,30}){1,30}){1,30})",
                "((a{1,1000}){1,1000}){1,1000}",
                "((a{0,1000}){3,}){1000}",
                "[[:alpha:]\\]{1,9}]{1000}{3}",
                "(\\Q{{{\\E{1000}|b)"
            })
    void aPatternThatGrowsIsRefusedBeforeItIsCompiled(String pattern) {
        // Given a short pattern that would take seconds to match a name, or the stack to compile
        // When it is checked
        // Then it is refused, and the member told so
        assertThatThrownBy(() -> Subscribed.check(pattern))
                .isInstanceOfSatisfying(
                        OttlaException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_REGULAR_EXPRESSION));
    }

    @Test
    void aPatternThatIsNestedTooDeeplyIsRefused() {
        // Given as many brackets as a pattern may have characters
        String pattern = "(".repeat(500) + ")".repeat(500);
        // When it is checked
        // Then it is refused
        assertThatThrownBy(() -> Subscribed.check(pattern)).hasMessageContaining("nested");
        assertThatThrownBy(() -> Subscribed.check("a".repeat(1_025))).hasMessageContaining("longer than 1024");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"abc", "a{7}", "(ab){3,5}c*", "((a|b){2}){3}", "[a-z]{4,}", "(a(b(c){2}){2}){2}", "\\Qx{2}\\E{3}"
            })
    void theBoundIsNoLessThanWhatIsCompiled(String pattern) {
        // Given a pattern and the size of what the library makes of it
        int compiled = Pattern.compile(pattern).programSize();
        // When its size is bounded
        long steps = PatternSize.of(pattern).steps();
        // Then the library's two steps around every pattern apart, it is not underestimated
        assertThat(steps + 3).isGreaterThanOrEqualTo(compiled);
    }
}
