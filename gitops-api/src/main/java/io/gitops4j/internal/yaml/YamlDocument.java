package io.gitops4j.internal.yaml;

import tools.jackson.databind.JsonNode;

/** One document of a file: its value, its number and the line of its first token, from 1. */
public record YamlDocument(JsonNode value, int number, int line) {}
