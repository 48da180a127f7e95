"""The words whose presence beside a value changes nothing: tables only.

English words of problems and their solutions; words that deny, bound, blur or change a value are in `words`.
The list is closed on purpose: what a word outside it says of the value beside it, nobody can tell.
"""

from __future__ import annotations

from .words import words_of

ANCHORS = frozenset(
    words_of("""
    the is are was were has have had there of it we he she they his her its equals i you our their gives get got
    this that these
""")
)
"""Words that show that a sentence is English, so that names and rare nouns may stand in it."""

HARMLESS = frozenset(
    words_of("""
    able absolute accordingly account across action activities acute added adding addition additional adds adjacent
    adult adults afford afternoon again age ages ahead align aligned all allowance along alphabet already
    also altitude altogether always among amount amounts amplitude angle angled angles animal animals annual another
    ants any apart apartment apothem appear apple apples applied april area areas argument arithmetic arms arrange
    arranged arrangement arrangements array arrive arrived arrives articles asked asks assigned assignment assuming
    asymptote asymptotes at attend august available average away axes axis babies baby back backyard bagel bagels
    bags bake baked bakery bakes balance bales ball balloon balloons balls banana bananas band bank bars base
    baseball based bases basket basketball baskets batch batches beach bead beads beans beanstalk because becomes
    bedroom bedrooms beds beef been bees began begin beginning begins being believe believes berries best better big
    bigger bike bikes bill bills bird birds birthday bisector bisects black block blocks blouses blue blueberry
    board boards boat bolts bonus book books boots born borrowed both bottle bottles bottom bought boundary bowl
    bowling bowls bows box boxes boys bread break breakfast breaks bring bringing broken brokerage brother brought
    brownies budget bugs build building built burn burns buses business butter buttons buying buys by cages cake
    calculate calculating calculation calculator call called calls came can candies candle candles candy cans
    capacity caps car card cards carnations carried carrot carrots carry carrying cars case cases cashier cat catch
    cats caught caused cell center centered centers central centroid certain certainly chairs chance change changed
    changes charge charged charges charity cheaper cheapest check checked checking cheese chews chicken chickens
    child children chip chips chocolate choices choir chooses choosing chord chords church cinnamon circle circles
    circular circumcircle circumference circumradius circumscribed cities city claim class classes classmates
    classroom clay clean cleaned cleaning clearly climb clock clockwise closest clothing club coach coaster
    coefficient coefficients coffee coin coins collect collected collecting collection collects collinear color
    colored colors column columns combination combinations combined combining come comes comforter commas commission
    committee common company compared competition complete completed completely completes complex composite
    computation compute computer computing concentric concert conclude concluded concludes conclusion conditioner
    conditions cone congruence congruent conjugate connected connecting consecutive consequently considered consist
    consisting consists constant constants constructed consume consumed consumes contain contained container
    containers containing contains contest continued continues convex cook cookie cookies cooking cool coordinate
    coordinates copies coplanar copy corn corner correctly corresponding corresponds cost costs count counted
    counting countries country counts coupon coupons court cousin cover covered covers cows crates crayons cream
    create created creates croissants cross cube cubes cupcakes current currently curve customer customers cuts
    cutting cylinder cylindrical daily daisies dance data daughter daughters dealt dear debts december decide
    decided decides decimal deck decreased decreasing deduce deduced deep define defined definitely definition
    deliver delivered delivers delivery denominator denote denotes described describes determinant determine
    determined deviation device diagonal diagonals diagram diameter dice didn diet difference different digit digits
    dimensional dimensions dimes dinner direction directly directrix discount discriminant dishes distance distinct
    distinguishable distributed dividing divisible divisor divisors do does dog dogs doing domain done donuts dots
    doubled doubles down drank drawer drawn dress drink drinks drive driver drives driving dropped drops drove ducks
    due during each earlier early earn earned earning earnings earns earth east eaten eating eats eccentricity edge
    edges egg eggplants eggs eigenvalue electric electricity element elements ellipse emails employees empty
    enclosed end ended endpoint endpoints ends energy enough enrolled enrollment enter entered entire entirely
    entries episodes equally equation equations equilateral equivalent erasers evaluating even evening evenly event
    every everyone everything evidently exact exactly example exist exists exit expansion expected expensive
    explanation explicitly express expressed expression extended extension exterior externally extra extraneous
    fabric face faces factor factored factorization factors fair fall families family far farm farmer farmers farms
    farther faster fastest father favorite february feed feeding feeds fees fell female females fence fencing field
    figures fill filled filling fills finally find finds finish finished finishes fire fireworks fish fixed flat
    flies flight flip flipped flips flock flour flower flowers flying foci focus folded followed follows food
    footage football for form formed forming forms formula forward found fourths fraction fractional fractions frame
    frames free frequency fresh friday friend friends fries from front fruit fruits fuel full fully function
    functions further game games garden gathered gave gemstone generated geometric gets getting giant gifts girl
    girls give given gives giving glass glasses glue goal goals goats goes going gold golf gone good goods got grade
    graders grandchildren grapes graph graphs gray great greatest green grew grid grocery ground group groups grow
    grows guest guests gumballs had hamsters hand hands handshakes harvest has hats having he head heads heat heels
    height held hello help hemisphere her here hereby herself hexagon high higher hike hiked himself hired hires his
    history hold holding holds hole holes home homes homework hope horizontal horizontally horse horses hospital
    hotel hourly house houses hundreds hundredth husband hyperbola hypotenuse hypothesis identical if image
    imaginary immediately incenter include includes including inclusive income increase increased increases
    increasing independently indicated indistinguishable individual induction inequality infinite ingredients
    initial inradius inscribed insects inside inspection integer integers integral intercept intercepts interest
    interior internally intersect intersection intersects interval into inverse inversely invertible invested
    investment invite invited isosceles item items itself jacket january jars jeans jelly jellybeans jellyfish
    jewels joined joining journey juice july june just keep keeps kept kids kind kinds king know knows labeled land
    laps large larger largest last lasts late later latest lattice latus laundry lawn leading league leave leaves
    leaving leftmost leftover lego legs lemon lemonade lemons length lengths lessons let letters level library
    license life light like likes linear lines lineup list little live lives living load loads loaf loan
    loaves local located locker lollipops long longer longest loose lose loser loses lost loves low lower lowest
    lunch machine made magazine main major make makes makeup making male males mall manicure many marble marbles
    march marked market masks match material math mathematics matrix matter maximum may me meal meals mean meaning
    means measure measured measures measuring meat meatballs median medians medicine medium meet meeting meets
    member members men middle midpoint midpoints milk mini minimum minor missing mixed mixture mode modulus monday
    money monic monkeys monthly morning mosaic mother mouse move moved moves movie movies much muffin muffins
    multiple multiples multiply multiplying museum music my name namely names natural necessarily necessary need
    needed needs neighbor neighborhood neighbors new next nickels night nonnegative nonzero normal north notation
    note notebooks notices november now number numbered numbers numerator numerical oatmeal oats obtain obtained
    obtains obtuse obviously occupied occur octagon october odd offer offers office officers old older oldest omelet
    on once ones onions online onto open opens operation opposite orange oranges orchard order ordered orders origin
    original originally orthogonal others out outfits outside oven overall overtime owes owns pack package packages
    packed packets packs pages paid paint painted painting paintings pair pairs palindrome palindromes pans pants
    paper parabola parabolas parallel parallelogram parameterized parents park parking part particular parts party
    pass passed passengers passes passing pasta pastries path paths pattern paying payment pays peaches pears
    pedicure peel pen pencil pencils pennies penny pens pentagon people per perfect perform performing perimeter
    period perpendicular person pesos petals pets petunias phone phones pick picked picking picks picnic picture
    pictures piece pieces pies piggy pigs pile pink pizza pizzas place placed places plan plane planes planning
    plans plant planted plants plastic plate plates play played player players playing plays please plotted plums
    points polar pole poles polygon polynomial polynomials pond pool popcorn popsicles population portion portions
    position positions positive possible post potato potatoes pots pound practice present previous price prices
    prime primes printed printer prism probability problems process produce produces product products profit
    progression projection proof proper properties property proportional pump puppies purchase purchased purchases
    purple purse puts putting puzzle pyramid quadrant quadratic quadrilateral questions quilt quotient rabbits race
    radical radii radius rain raise raised raises random randomly range ranges rank rate ratio rational reach
    reached reaches read reading reads ready real realized really reasoning receive received receives recipe recipes
    reciprocals record records rectangle rectangles rectangular rectum red reduced reduces reflected reflection
    region regions regular relatively remain remainder remainders remained remaining remove removed removes
    rent repeating replaced replacement reports represent representation represented representing represents require
    required requires research residue respectively responds rest restaurant rests resulting results retirement
    return returned rhombus ribbon rice ride rides riding ring rings river road rock rocks rode rodents roll rolled
    roller rolling rolls roof room rooms roots rope roses rotated rotation round rounded rounds rowed rows rubies
    rule running runs said salad salary sale sales salt same sandwich sandwiches satisfies satisfy satisfying
    saturday sausages save saved saves saving savings says scale school schools science scoop scoops score scored
    scores seashells seated seats sections sector see seeds seen sees segment segments sell selling sells semester
    semicircle send sends sent separated september sequence sequences series serve service services serving servings
    set sets setting several shaded shakes shape shaped share shared shares shark she sheep sheet sheets shelf
    shells shirt shirts shoe shoes shop shopping shorter shortest shorts should show showed showing shown shows
    siblings side sided sides silver similar simple simplest simplified simplifies simplifying simultaneously since
    single sister sisters size sized sleep sleeps slept slice sliced slices slide slope slowest small smaller
    smallest snack snacks snow soccer socks soda sodas soil sold solid solve solving some son song songs sons soup
    south space spaced special specifically speed spend spending spends spent sphere spherical spiders spinner split
    spoons spot spots squares stack stage stamps stand standard standing stands start started starting starts state
    statements states station stay steps stick stickers sticks still stock stole stop stopped stops store straight
    strawberries strawberry street string stripes student students stuffed subsequent subsets substitute subtract
    subtracted subtracting successive such sudoku sugar suit suits sum summary summer sums sun sunday sunflower
    supplies supply sure surface surprise sweet swim swimming swims symmetry system table tables tablespoons tabular
    tails take taken takes taking tall tallest tangent target task tasks tax teacher teachers teaches team teams
    teeth television temperature tennis tens term terms test tests tetrahedron thank thanks theater their them
    themselves then there these they thick think thinks this those thousandth threw thrice through throw thrown
    thursday ticket tickets tie ties tile tiles time tips tire tires today together told tomato tomatoes tomorrow
    took toothpicks top tossed total tour tournament towels tower toys trace traffic train trains trapezoid travel
    traveled traveling travels tray trays treasure tree trees triangle triangles triangular trigonometric trip
    tripled triples triplets trips truck trucks true trying tubes tubs tuesday turn turns turtle twins type types
    undefined undergraduates uniformly union unique unoccupied up upper use used uses using usual utensils vacation
    vaccines valid values vanilla variance varies various vector vectors vegetables verified verify vertex vertical
    vertices very video vines visit visited visits volleyball volume votes walk walked walking walks wall walls want
    wanted wants was wash washes watch watched watching water watermelon watermelons way ways wear wearing wednesday
    weekdays weekend weekends weekly weigh weighed weighs weight well went were west what when where while white
    whole whose wide widgets width wife win window windows winner winning wins wire wishes with wolves women wood
    wooden word words work worked worker workers working works worth write writes writing written wrote yellow yield
    yields yoga yogurt you younger youngest your zeroes zeros
    mr mrs ms dr prof ate eat eats evaluates simplify reads scored pay pays to makes
    totaling totalling precisely namely ans q e d ie eg zeros axis ratios probabilities digit's
""")
)
"""Words known to say nothing against the value beside them."""
