/** Joint search against the sequential chain and against a search blind to bits. */
@NullMarked
package dev.apq.study.search;

import org.jspecify.annotations.NullMarked;
