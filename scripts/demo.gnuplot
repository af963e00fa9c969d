# SPDX-License-Identifier: GPL-2.0
# The effect of rx-usecs. Variables: data, png, guest
set terminal pngcairo size 1200,440 font "sans,11"
set output png
set datafile separator "\t"
stats data skip 1 using 2 nooutput
set multiplot layout 1,3 margins 0.06,0.985,0.13,0.80 spacing 0.065,0 \
	title "Interrupt moderation: ethtool -C rx-usecs, simnic on a Linux ".guest." guest\n" \
	font "sans,14"
set style fill solid 0.85 noborder
set boxwidth 0.6
set grid ytics lc rgb "#dddddd"
set border 3 lc rgb "#888888"
set tics nomirror scale 0.5 textcolor rgb "#333333"
set xlabel "rx-usecs"
set xrange [-0.6:STATS_records - 0.4]
set yrange [0:*]
set offsets 0, 0, graph 0.1, 0
unset key

set title "interrupts per second, 64-byte UDP"
set format y "%.0s%c"
plot data skip 1 using 0:2:xtic(1) with boxes lc rgb "#3b6ea5", \
     "" skip 1 using 0:2:(sprintf("%.0f", $2)) with labels offset 0,0.6

set title "round trip, flood ping [us]"
set format y "%g"
plot data skip 1 using 0:3:xtic(1) with boxes lc rgb "#c0702d", \
     "" skip 1 using 0:3:(sprintf("%.0f", $3)) with labels offset 0,0.6

set title "TCP throughput [Gb/s]"
plot data skip 1 using 0:4:xtic(1) with boxes lc rgb "#4f8a4c", \
     "" skip 1 using 0:4:(sprintf("%.2f", $4)) with labels offset 0,0.6
unset multiplot
