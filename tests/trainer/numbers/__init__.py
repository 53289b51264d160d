"""Tests of how numbers that were read are measured."""
