package dev.ottla.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class PicturesTest {
    private static final List<String> CONTENDERS = List.of("Ottla", "Kafka");

    @Test
    void barsAreWellFormedWithOneForEachRatioAndItsAim() throws Exception {
        // Given
        Figures figures = new Figures(CONTENDERS, Optional.of("Kafka"));
        figures.add("a < b & \"c\"", "Ottla", 1, Aim.ratioAtMost(0.25));
        figures.add("a < b & \"c\"", "Kafka", 8);
        figures.add("huge", "Ottla", 1e9);
        figures.add("huge", "Kafka", 1e-9);
        figures.add("alone", "Ottla", 1);
        RatioBars bars = new RatioBars();

        // When
        bars.add(figures);
        Document picture = parsed(bars.svg("title"));

        // Then
        assertThat(texts(picture)).contains("a < b & \"c\"", "huge", "title").doesNotContain("alone");
        // The background and two bars.
        assertThat(picture.getElementsByTagName("rect").getLength()).isEqualTo(3);
    }

    @Test
    void nothingMeasuredIsAPictureToo() throws Exception {
        // Given
        RatioBars bars = new RatioBars();

        // When
        Document picture = parsed(bars.svg("nothing"));

        // Then
        assertThat(texts(picture)).contains("nothing");
    }

    @Test
    void aCurveForEachContenderWithNumbersThatAreFinite() throws Exception {
        // Given
        Histogram nanos = new Histogram(60_000_000_000L, 3);
        for (int i = 1; i <= 1000; i++) {
            nanos.recordValue(i * 1000L);
        }
        LatencyCurves curves = new LatencyCurves();

        // When
        CONTENDERS.forEach(each -> curves.add("work", each, nanos));
        curves.add("work", "Ottla", nanos);
        String svg = curves.svg();

        // Then
        assertThat(parsed(svg).getElementsByTagName("polyline").getLength()).isEqualTo(2);
        assertThat(svg).doesNotContain("NaN").doesNotContain("Infinity");
        assertThat(curves.points().toString()).contains("count=2000").contains("count=1000");
    }

    private static Document parsed(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<String> texts(Document picture) {
        var nodes = picture.getElementsByTagName("text");
        return IntStream.range(0, nodes.getLength())
                .mapToObj(index -> nodes.item(index).getTextContent())
                .toList();
    }
}
