# SPDX-License-Identifier: GPL-2.0
# Each workload's ratio to veth at its better setting, with its range. Variables: data,
# png, guest. Where less is better, as of latencies, a long bar is a bad one.
set terminal pngcairo size 1500,1000 font "sans,10"
set output png
set datafile separator "\t"
set title "simnic and its peers, as multiples of veth at its better setting; guest ".guest font "sans,14"
compared = "NR > 1 && $11 != \"\" && $2 !~ /^veth/ && !s[$"
names = system("awk -F'\\t' '".compared."1]++ { print $1 }' ".data)
peers = system("awk -F'\\t' '".compared."2]++ { print $2 }' ".data)
if (words(names) == 0) {
	set label 1 "nothing to compare with veth" at screen 0.5,0.5 center
	names = "none"
}
known = "simnic netdevsim virtio igb e1000e"
colours = "#3b6ea5 #7a5c99 #c0702d #4f8a4c #999999"
at(list, name) = sum [i = 1:words(list)] (word(list, i) eq name ? i : 0)
width = 0.8 / (words(peers) > 0 ? words(peers) : 1)
place(p) = at(names, strcol(1)) + (p - (words(peers) + 1) / 2.0) * width
mine(p) = strcol(2) eq word(peers, p) && strcol(11) ne ""
set style fill solid 0.85 noborder
set boxwidth width * 0.9
set logscale y
set yrange [0.01:20]
set xrange [0.4:words(names) + 0.6]
set grid ytics lc rgb "#dddddd"
set border 3 lc rgb "#888888"
set tics nomirror
set xtics rotate by 45 right
set xtics ("" 1)
do for [n = 1:words(names)] { set xtics add (word(names, n) n) }
set arrow 1 from graph 0,first 1 to graph 1,first 1 nohead lc rgb "#333333" dt 2
set key top right
if (words(peers) == 0) {
	plot 1 notitle lc rgb "#333333"
} else {
	plot for [p = 1:words(peers)] data skip 1 using (mine(p) ? place(p) : NaN):11 with boxes \
		lc rgb word(colours, at(known, word(peers, p))) title word(peers, p), \
	     for [p = 1:words(peers)] data skip 1 using (mine(p) ? place(p) : NaN):11:12:13 \
		with yerrorbars pt 0 lc rgb "#333333" notitle
}
