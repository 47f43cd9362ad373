/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where things are in the capture image: the side that builds it and the side that runs
 * in it agree here.
 */
#ifndef KDUMP_LAYOUT_H
#define KDUMP_LAYOUT_H

#define LAYOUT_INIT         "/init"
#define LAYOUT_DMESG        "/usr/sbin/vmcore-dmesg"
#define LAYOUT_MODULES      "/kdump/modules"
#define LAYOUT_MODULE_ORDER LAYOUT_MODULES "/order" /* files in load order, with options */
#define LAYOUT_MANIFEST     "/kdump/manifest"
#define LAYOUT_NETWORK      "/kdump/network" /* see netrecord.h; of network targets only */
#define LAYOUT_FENCE        "/kdump/fence"   /* a network record for each node to be told, 1 ... */
#define LAYOUT_FENCE_SEND   "/usr/sbin/fence_kdump_send"
#define LAYOUT_LAYERS       "/kdump/layers" /* see layers.h; of targets made of disks only */
#define LAYOUT_SSH          "/usr/bin/ssh"  /* where scp looks for it, too */
#define LAYOUT_SSHKEY       "/kdump/sshkey"
#define LAYOUT_SEED         "/kdump/seed"
#define LAYOUT_SERVICE      "/usr/sbin/kdump-capture" /* in the place of init, in dracut's */
#define LAYOUT_ROOTFS_CONF  "/kdump/rootfs.conf"      /* kdump.conf for dump_to_rootfs */
#define LAYOUT_MOUNT_POINT  "/sysroot"                /* where the dump target is mounted */

/* Where things are that make dracut's image, on the machine: Makefile, units/dracut. */
#define LAYOUT_DRACUT_MODULE "/usr/lib/dracut/modules.d/98kexec-kdump"
#define LAYOUT_DRACUT_STAGE  "/var/lib/kdump/dracut"

#endif
