package dev.ottla.controller;

/** What became of one resource's changes; type and name as they were sent. */
public record ConfigResult(byte resourceType, String resourceName, Outcome outcome) {}
