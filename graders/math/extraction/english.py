"""The words whose presence beside a value changes nothing: tables only.

English words of problems and their solutions; words that deny, bound, blur or change a value are in `words`.
The list is closed on purpose: what a word outside it says of the value beside it, nobody can tell.
"""

from __future__ import annotations

from graders.math.lexis.words import words_of

ANCHORS = frozenset(
    words_of("""
    the is are was were has have had there of it we he she they his her its equals i you our their gives get got
    this that these
""")
)
"""Words that show that a sentence is English, so that names and rare nouns may stand in it."""

HARMLESS = frozenset(
    words_of("""
    able absolute accordingly account accountant across action activities acute added adding addition additional adds
    adjacent adult adults afford afternoon again age aged ages ahead airport align aligned all allergies allowance
    along alphabet already also altitude altogether always among amount amounting amounts amplitude angle angled
    angles animal animals annual another ans answered answers ants any anything apart apartment apartments apothem
    appear apple apples applied april area areas argument arithmetic arms arrange arranged arrangement arrangements
    array arrive arrived arrives articles aside asked asks assigned assignment assuming asymptote asymptotes at ate
    attend attended attends attract attracts august available average averaged averages averaging awarded away axes
    axis babies baby babysit back backyard bagel bagels bags baguettes bake baked bakery bakes baking balance bales
    ball balloon balloons balls banana bananas band bank bars base baseball based bases basket basketball baskets
    batch batches bathroom beach bead beads beans beanstalk became because becomes bedroom bedrooms beds beef been
    bees began begin beginning begins being believe believes berries best better between big bigger bike biked bikes
    bill bills bird birds birthday bisector bisects black blink blinks block blocks blouses blue blueberry board
    boards boat boils bolts bonus book books boots born borrowed borrows both bottle bottles bottom bought bounce
    bounces boundary bowl bowling bowls bows box boxes boyfriend boys bread break breakfast breaks brewing bring
    bringing brings broken brokerage brother brought brownies browns budget bugs build building builds built burn
    burns buses bush business butter buttons buying buys by cage cages cake calculate calculating calculation
    calculator call called calls came can candies candle candles candy cans capacity caps car card cards carnations
    carpet carried carries carrot carrots carry carrying cars case cases cashier cast cat catch catches cats caught
    caused causing cell center centered centers centimetres central centroid certain certainly chair chairs chance
    change changed changes charge charged charges charity cheaper cheapest check checked checking cheese chessboard
    chews chicken chickens child children chip chips chocolate choices choir chooses choosing chord chords church
    cinnamon circle circles circular circumcircle circumference circumradius circumscribed cities city claim class
    classes classmates classroom clay clean cleaned cleaning cleans clearly climb climbed climbs clock clocked
    clockwise closest clothes clothing club cluster clusters coach coaster coefficient coefficients coffee coin coins
    collar collect collected collecting collection collections collects collinear color colored colors column columns
    combination combinations combined combining come comes comet comforter commas commission commitments committee
    common company compared competition complete completed completely completes complex complexes composite
    computation compute computed computer computing concentric concert conclude concluded concludes conclusion
    condition conditioner conditions cone congruence congruent conjugate connected connecting consecutive consequently
    considered consist consisting consists constant constants constructed consume consumed consumes contact contain
    contained container containers containing contains contest continued continues contribute contributes convert
    convex cook cookbook cooked cookie cookies cooking cooks cool cooled coordinate coordinates copies coplanar copy
    coral corn corner correctly corresponding corresponds cost costing costs count counted counting countries country
    counts coupon coupons court cousin cover covered covering covers cows craftsman crates crawl crayons cream create
    created creates croissants cross crown cube cubes cupboard cupcakes current currently curve customer customers
    cuts cutting cylinder cylindrical d daily dairy daisies dance danced dances data daughter daughters dealt dear
    debts decade december decide decided decides decimal decimals deck decorate decreased decreasing deduce deduced
    deep define defined definitely definition deleted deleting deliver delivered delivers delivery denominator denote
    denotes deposits depreciated derived describe described describes determinant determine determined deviation
    device diagonal diagonals diagram diameter diamond dice dictionary didn diet difference different digging digit
    digit's digits digs dimensional dimensions dimes dinner direction directly directrix discount discounted
    discovered discriminant dishes dishwasher display distance distances distinct distinguishable distributed divided
    dividing divisible divisor divisors do does dog dogs doing domain donate donated donates done donuts doorbell dose
    doses dots doubled doubles down downloaded downloading dr drank drawer drawing drawn draws dress drills drink
    drinking drinks drive driven driver drives driving drop dropped dropping drops drove ducks due during duty e each
    earlier early earn earned earning earnings earns earth east eastward eat eaten eating eats eccentricity edge edges
    editing edits eg egg eggnog eggplants eggs eigenvalue electric electricity element elements ellipse emails
    employed employee employees employs empties empty enclosed end ended endpoint endpoints ends energy enough
    enrolled enrollment enrolls enter entered entire entirely entries episodes equaling equally equation equations
    equilateral equivalent erasers evaluate evaluated evaluates evaluating even evening evenly event every everyone
    everything evidently exact exactly example exist exists exit expands expansion expected expenses expensive
    explanation explicitly express expressed expression extended extension exterior externally extra extraneous fabric
    face faces factor factored factorization factors fair fall families family far farm farmer farmers farms farther
    faster fastest father favorite february feed feeders feeding feeds fees fell female females fence fencing field
    figures file fill filled filling fills finally find finding finds finish finished finishes finishing fire
    fireworks fish fixed fixes flagstones flat flew flies flight flip flipped flips flock flour flower flowers flying
    foci focus folded folds followed follows food footage football for form formed forming forms formula forth forward
    found fountains fourths fraction fractional fractions frame frames free frequency fresh friday friend friends
    fries from front fruit fruits fudge fuel full fully function functions fundraise further gain gains game games
    garden gathered gave gemstone generated geometric gets getting giant gifts girl girls give given gives giving
    glass glasses glue goal goals goats goes going gold golf gone good goods got grade graders grams grandchildren
    grapes graph graphs gray great greatest green grew grid grills grocery groom ground group groups grow growing
    grown grows guest guests gumballs had haircut hamsters hand hands handshakes harvest harvests has hats haul having
    he head headed heads heat heels height heights held hello help helps hemisphere her here hereby hers herself
    hexagon high higher hike hiked himself hired hires hiring his history hits hive hold holding holds hole holes home
    homes homework hope horizontal horizontally horse horses hospital hotel hourly house housekeeping houses hundreds
    hundredth hurdles husband hyperbola hypotenuse hypothesis identical ie if image imaginary immediately implants
    incenter include includes including inclusive income increase increased increases increasing independently
    indicated indistinguishable individual induction inequalities inequality infinite ingredients initial inradius
    inscribed insects inside inspection install integer integers integral intercept intercepts interest interior
    internally intersect intersection intersects interval into inverse inversely invertible invest invested investment
    invests invite invited invites inviting irons isosceles item items itself jacket january jars jeans jelly
    jellybeans jellyfish jerky jewels jogged jogs joined joining journey juice july june jury just kangaroos karts
    keep keeps kept kicks kids kilometres kind kinds king kiss know knows labeled labor laid land laps large larger
    largest last lasted lasts late later latest lattice latus laundry lawn leading league learns leave leaves leaving
    leftmost leftover lego legs lemon lemonade lemons lends length lengths lessons let letters level library license
    life lift lifts light like likes linear lines lineup liquid list listened litres little live lived lives living
    load loads loaf loan loans loaves local located locker lollipops long longer longest loose lose loser loses losing
    lost loves low lower lowest lunch machine made magazine magic magnitude main major make makes makeup making male
    males mall manicure many marble marbles march marked market marks mask masks match material math mathematics
    matrix matter maximum may me meal meals mean meaning means measure measured measures measuring meat meatballs
    median medians medicine medium meet meeting meets melt melted member members memorize men metres midday middle
    midpoint midpoints milk milkshakes millipedes mine mini minimum minor missing mixed mixes mixture mode modulus
    monday money monic monkey monkeys monthly morning mosaic mother mountain mouse move moved moves movie movies
    moving mr mrs ms much muffin muffins multiple multiples multiplied multiplies multiply multiplying museum music
    mutants my name namely names natural necessarily necessary need needed needs neighbor neighborhood neighboring
    neighbors nephews nesting new next nickels night nonnegative nonzero normal north northward notation note
    notebooks notices november now number numbered numbers numeral numerator numerical oatmeal oats obtain obtained
    obtains obtuse obviously occupied occur octagon october odd offer offers office officers old older oldest omelet
    on once ones onions online onto open opens operation opposite orange oranges orchard order ordered orders ordinary
    origin original originally orthogonal others out outfits outside oven overall overhead overtime owes owns pack
    package packages packed packets packs padding pages paid painkillers paint painted painting paintings paints pair
    pairs palindrome palindromes pans pants paper parabola parabolas parallel parallelogram parameterized parents park
    parking part particular parts party pass passed passengers passes passing pasta pastries pastry path paths
    patients pattern pay paying payment pays peaches peanuts pears pedicure peel peeled pen pencil pencils pennies
    penny pens pentagon people per perfect perform performing perimeter period perpendicular person pesos petals pets
    petunias phone phones pick pickaxe picked picking picks picnic picture pictures piece pieces pies piggy pigs pile
    pill pink pizza pizzas place placed places placing plan plane planes planning plans plant planted plants plastic
    plate plates platters play played player players playing playlists plays please plot plotted plums pocket points
    polar pole poles polyester polygon polynomial polynomials pond pool popcorn popped popsicles population portion
    portions position positions positive possible post postage potato potatoes pothole pots pound pours practice
    practiced practices precisely prepared present pressed previous price priced prices prime primes printed printer
    prints prism probabilities probability problems process processes produce produced produces product products prof
    profit progression projection proof proper properties property proportional proved provide published pulled pump
    pumped pumps puppies puppy purchase purchased purchases purple purposes purse puts putting puzzle pyramid q
    quadrant quadratic quadrilateral quarter questions quilt quotient rabbits race racquets radical radii radius rain
    rained raise raised raises ran random randomly rang range ranges rank raspberries rate rates ratio rational ratios
    rats reach reached reaches read reading reads ready real realized really reasoning receive received receives
    recipe recipes reciprocals record recording records rectangle rectangles rectangular rectum red reduced reduces
    redwood reflected reflection refund refunds region regions regular relatively remain remainder remainders remained
    remaining remains remoras remove removed removes removing rent rents repaired repairs repeating replaced
    replacement reported reports represent representation represented representing represents require required
    requirement requires research residue respectively responds rest restart restaurant rests resulting results
    retirement retrieved return returned reunion rhombus ribbon rice ride riders rides riding ring rings rises river
    road rock rocks rode rodents roll rolled roller rolling rolls roof room roommate rooms roots rope roses rosette
    rotate rotated rotates rotating rotation round rounded rounds rowed rows rubies rule running runs safe said sailed
    salad salary sale sales saleswoman salt same sandwich sandwiches sang sapphires satisfies satisfy satisfying
    saturday sausages save saved saves saving savings says scale scans school schools science scoop scoops score
    scored scores seashells seated seats sections sector see seeds seen sees segment segments sell selling sells
    semester semicircle send sends sent sentence separated september sequence sequences series serve served serves
    service services serving servings set sets setting settings several shaded shadow shaken shakes shape shaped share
    shared shares shark she sheep sheet sheets shelf shells shifted shins ship shipped shirt shirts shoe shoes shop
    shopping shorter shortest shorts should show showed showing shown shows shrimp siblings side sided sides silver
    similar simple simplest simplified simplifies simplify simplifying simultaneously since single sister sisters size
    sized skated sleep sleeps sleeve sleeves slept slice sliced slices slide slope sloth slowest small smaller
    smallest smashes snack snacks snow snowballs soccer socks soda sodas soil sold solid solve solved solves solving
    some son song songs sons soup south space spaced speak special specifically speed spelled spend spending spends
    spent sphere spherical spiders spill spilled spills spinner spins spit spits split spools spoons sports spot spots
    spouses sprayed squares stack stage stamps stand standard standing stands staple staples star start started
    starting starts state statements states station stay stayed steps stick stickers sticks still stitches stock stole
    stop stopped stops store stores straight strawberries strawberry street string stripes student students studied
    stuffed stuffing subsequent subsets substitute subtract subtracted subtracting subtracts successive such suckers
    sudoku sugar suit suits sum summary summer sums sun sunday sunflower supplies supply supports sure surface
    surprise surveyed swam sweet swim swimming swims symmetry system table tables tablespoons tabloid tabular tails
    take taken takes taking tall tallest tangent target task tasks tax taxes teacher teachers teaches team teams teeth
    television tells temperature tennis tens term termites terms test tests tetrahedron thank thanks theater their
    them themselves then there these they thick think thinks this those thought thousandth threw thrice through throw
    thrown throws thursday ticket tickets tie ties tile tiles time tips tire tires to today together told tomato
    tomatoes tomorrow took toothpicks top tossed total totaled totaling totalling totals tour tournament towed towels
    tower toys trace traded trades trading traffic trail train trained trains transfers translated transport trapezoid
    travel traveled traveling travels tray trays treasure treats tree trees triangle triangles triangular triceratops
    trigonometric trip tripled triples triplets trips truck trucks true trying tubes tubs tuesday tulips turn turned
    turns turtle turtles tutored twins type types uncle undefined undergraduates uniformly union unique unoccupied up
    upload uploaded uploads upper upwards use used uses using usual utensils vacation vaccines valid valued values
    vanilla variance varies various varnish vector vectors vegetables venue verified verify vertex vertical vertices
    very video vines visit visited visits volleyball volume votes wait waited walk walked walking walks wall walls
    want wanted wants was wash washed washes watch watched watches watching water watermelon watermelons waters way
    ways weakened wear wearers wearing wears wednesday weekdays weekend weekends weekly weigh weighed weighing weighs
    weight weights well went were west what when where while white whiteboard whole whose wide widgets width wife win
    window windows winner winners winning wins wire wishes with withdraws wolves women wood wooden word words work
    worked worker workers working works worth wrapped write writes writing written wrote yellow yield yields yoga
    yogurt you younger youngest your zebra zeroes zeros
""")
)
"""Words known to say nothing against the value beside them."""
