/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"

#include "kdump/strv.h"

void strv_done(struct strv *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->v[i]);
	free(list->v);
	*list = (struct strv){ NULL };
}

int strv_take(struct strv *list, char *text)
{
	if (!text || array_reserve(&list->v, &list->capacity, list->n + 2, sizeof(*list->v)) < 0) {
		free(text);
		return -ENOMEM;
	}
	list->v[list->n++] = text;
	list->v[list->n] = NULL;
	return 0;
}

int strv_add(struct strv *list, const char *text)
{
	return strv_take(list, strdup(text));
}

int strv_addf(struct strv *list, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	return n < 0 ? -ENOMEM : strv_take(list, text);
}

bool strv_has(const struct strv *list, const char *text)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->v[i], text) == 0)
			return true;
	return false;
}
