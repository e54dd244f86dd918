package org.apache.http.entity.mime;

/** Clients with forms import this class of a library that the generator's jar lacks; only multipart forms use it. */
public final class MultipartEntityBuilder {}
