# SPDX-License-Identifier: GPL-2.0
# Each workload's ratio to veth at its better setting, with its range. Variables: data,
# png, guest. Where less is better, as of latencies, a long bar is a bad one.
set terminal pngcairo size 1500,1000 font "sans,10"
set output png
set datafile separator "\t"
set title "simnic and its peers, as multiples of veth at its better setting; guest ".guest font "sans,14"
names = system("awk -F'\\t' 'NR > 1 && $11 != \"\" && !s[$1]++ { print $1 }' ".data)
if (words(names) == 0) { set label 1 "nothing to compare" at screen 0.5,0.5 center; names = "none" }
peers = "simnic netdevsim virtio igb e1000e"
colours = "#3b6ea5 #7a5c99 #c0702d #4f8a4c #999999"
width = 0.8 / words(peers)
of(peer, n) = sprintf("< awk -F'\\t' '$1 == \"%s\" && $2 == \"%s\" && $11 != \"\" { print %g \"\\t\" $11 \"\\t\" $12 \"\\t\" $13 }' %s", \
	word(names, n), word(peers, peer), n + (peer - 1) * width - 0.32, data)
set style fill solid 0.85 noborder
set boxwidth width * 0.9
set logscale y
set yrange [0.01:20]
set xrange [0.4:words(names) + 0.6]
set grid ytics lc rgb "#dddddd"
set border 3 lc rgb "#888888"
set tics nomirror
set xtics rotate by 45 right
do for [n = 1:words(names)] { set xtics add (word(names, n) n) }
set arrow 1 from graph 0,first 1 to graph 1,first 1 nohead lc rgb "#333333" dt 2
set key top right
plot NaN notitle, \
	for [p = 1:words(peers)] NaN with boxes lc rgb word(colours, p) title word(peers, p), \
	for [n = 1:words(names)] for [p = 1:words(peers)] of(p, n) using 1:2 with boxes \
		lc rgb word(colours, p) notitle, \
	for [n = 1:words(names)] for [p = 1:words(peers)] of(p, n) using 1:2:3:4 with yerrorbars \
		pt 0 lc rgb "#333333" notitle
