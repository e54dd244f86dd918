package javax.annotation;

/** Annotation of generated classes, which the JDK has no longer. */
public @interface Generated {
    String[] value();

    String date() default "";

    String comments() default "";
}
