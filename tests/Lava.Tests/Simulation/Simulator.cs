using Lava.Postgres;
using Lava.Wallets;
using Lava.Wallets.Journal;
using Npgsql;

namespace Lava.Tests.Simulation;

/// <summary>One run: everything that happens in it follows from its seed.</summary>
internal sealed class Simulator
{
    /// <summary>Turns of the healing; it takes a fraction of them, or something never ends.</summary>
    private const int HealingLimit = 5_000;

    private readonly World _world;
    private readonly SimulatedDisk _disk;
    private readonly SimulatedPostgres _postgres;
    private readonly JournalHistory _history = new();
    private readonly SimulatedClients _clients;
    private readonly SimulatedPayers _payers;
    private readonly Auditor _auditor;
    private readonly JournalOptions _options;
    private readonly Spendable _spendable;
    private readonly WalletStore _wallets;
    private SimulatedServer? _server;

    private Simulator(ulong seed, WalletStore wallets, Action<string>? follow)
    {
        _wallets = wallets;
        _world = new World(seed, follow);
        _disk = new SimulatedDisk(_world);
        _postgres = new SimulatedPostgres(_world);
        _clients = new SimulatedClients(_world, _postgres, _history);
        _payers = new SimulatedPayers(_world, _postgres);
        _auditor = new Auditor(_postgres, _history, _clients, _payers);
        _spendable = new Spendable(_postgres.Tables, _clients, wallets);
        var segment = _world.Random.OneIn(3) ? 8192 : 4096;
        _options = new JournalOptions
        {
            Directory = SimulatedServer.Directory,
            SegmentBytes = segment,
            SizeLimitBytes = segment * _world.Random.Between(4, 8),
            RingBytes = 4096 << _world.Random.Below(3),
        };
        _postgres.Tables.Open(_world.Random);
    }

    /// <summary>Runs a seed; any broken promise is thrown with the seed and the last events.</summary>
    /// <param name="seed">The run.</param>
    /// <param name="wallets">A store for all lives of the server in it; a new one each time would take most of the time.</param>
    /// <param name="follow">Takes each event.</param>
    public static void Run(ulong seed, WalletStore wallets, Action<string>? follow = null)
    {
        var simulator = new Simulator(seed, wallets, follow);
        try
        {
            simulator.Run();
        }
        catch (Exception error)
        {
            throw new SimulationFailedException(
                $"Seed {seed}: {error.GetType().Name}: {error.Message}\n{simulator._world.Trace}replay: LAVA_SIM_SEED={seed}", error);
        }
    }

    private void Run()
    {
        for (var steps = _world.Random.Between(100, 800); steps > 0; steps--)
        {
            Try(() => Step(_world.Random));
        }

        Heal();
    }

    private void Step(SeededRandom random)
    {
        ChangeOutside(random);
        if (_server is not { } server)
        {
            Start();
            return;
        }

        switch (random.Below(22))
        {
            case < 4:
                _clients.Begin(server);
                break;
            case < 12:
                _clients.GoOn(server, toEnd: false);
                break;
            case < 16:
                server.Commit();
                break;
            case 16:
                server.MakeSpare();
                break;
            case 17:
                Flush(server);
                break;
            case 18:
                _clients.Report(server);
                break;
            case 19:
                _payers.Pay(server);
                break;
            case 20:
                Upkeep(server);
                break;
            default:
                Seldom(server, random);
                break;
        }
    }

    private void ChangeOutside(SeededRandom random)
    {
        var faults = _world.Faults;
        _world.Time.Now += TimeSpan.FromSeconds(random.Below(120));
        if (random.PerMille(_postgres.IsAway ? faults.Returns : faults.Outages))
        {
            _postgres.IsAway = !_postgres.IsAway;
            _postgres.EndRunning(null);
            _world.Trace.Add(_postgres.IsAway ? "PostgreSQL goes away" : "PostgreSQL is back");
        }

        if (random.PerMille(_disk.IsFull ? faults.Returns : faults.Outages))
        {
            _disk.IsFull = !_disk.IsFull;
            _world.Trace.Add(_disk.IsFull ? "the disk fills up" : "the disk has room");
        }
    }

    private void Seldom(SimulatedServer server, SeededRandom random)
    {
        switch (random.Below(8))
        {
            case 0:
                _world.Trace.Add("killed");
                _world.Kill();
                throw new SimulatedCrashException();
            case 1:
                _world.Trace.Add("stops");
                server.Stop();
                goto case 0;
            default:
                _postgres.EndRunning(null);
                break;
        }
    }

    // Whatever a step does, the process may die in it.
    private void Try(Action step)
    {
        try
        {
            step();
        }
        catch (SimulatedCrashException)
        {
            Bury();
        }
    }

    private void Start()
    {
        _world.Boot();
        try
        {
            _server = new SimulatedServer(_world, _disk, _postgres, _history, _options, _wallets, _clients.Poison.Contains);
        }
        catch (Exception error) when (error is NpgsqlException or IOException || error.GetType() == typeof(JournalException))
        {
            // PostgreSQL is away, the disk fails or is full: the start fails, and whoever started it tries again.
            _world.Trace.Add("start fails: " + error.Message);
            throw new SimulatedCrashException();
        }

        _world.Trace.Add("started", _history.Last, _postgres.Tables.Sequence);
        _auditor.CheckBooks();
        _spendable.Check();
    }

    private void Bury()
    {
        if (_server is not null)
        {
            _spendable.Note();
        }

        _world.Kill();
        _server = null;
        _clients.Open.Clear();
        if (_world.Random.PerMille(_world.Faults.PowerCuts))
        {
            _world.Trace.Add("power cut");
            _disk.CutPower();
        }
        else
        {
            _disk.Evict();
        }
    }

    private FlushStep Flush(SimulatedServer server)
    {
        var step = server.Flush();
        _world.Trace.Add("flush", server.Flusher.AppliedSequence, (long)step);
        return step;
    }

    private void Upkeep(SimulatedServer server)
    {
        var position = _postgres.Tables.Sequence;
        var claims = _auditor.Claims(_world.Time.Now);
        try
        {
            server.Grants.ResolveDoubtsAsync(CancellationToken.None).GetAwaiter().GetResult();
            server.Expiry.RunAsync(CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (StoreUnavailableException)
        {
            return;
        }

        if (_postgres.Tables.Sequence == position)
        {
            Auditor.CheckKept(claims);
        }

        if (_history.Last == server.Journal.DurableSequence && _clients.Open.TrueForAll(call => call.State != CallState.Settling))
        {
            _world.Trace.Add("quiet");
            _auditor.CheckLive(server);
        }
    }

    private void Heal()
    {
        if (_server is not null && _world.IsDown)
        {
            // It died in the last step, and nobody has asked it anything since.
            Bury();
        }

        _world.Trace.Add("heal");
        _world.Heal();
        _postgres.IsAway = false;
        _disk.IsFull = false;
        var server = _server ?? Restart();
        for (var turn = 0; turn < HealingLimit && _clients.Open.Count > 0; turn++)
        {
            _clients.GoOn(server, toEnd: true);
            server.Commit();
        }

        server = _server!;
        _clients.ReportAgain(server);
        _payers.All.ForEach(payment => _payers.Deliver(server, payment));
        for (var turn = 0; turn < HealingLimit && _clients.Open.Count > 0; turn++)
        {
            _clients.GoOn(server, toEnd: true);
            server.Commit();
        }

        _postgres.EndRunning(null);
        Settle(server);
        server.Stop();
        Bury();
        Settle(Restart());
    }

    private SimulatedServer Restart()
    {
        Start();
        return _server!;
    }

    private void Settle(SimulatedServer server)
    {
        for (var turn = 0; Flush(server) != FlushStep.Idle; turn++)
        {
            if (turn == HealingLimit)
            {
                throw new SimulationFailedException("The flusher does not come to an end.", server.Flusher.LastError);
            }
        }

        // Twice: a round goes on behind the wallet that the last one failed at.
        Upkeep(server);
        Upkeep(server);
        _auditor.CheckBooks();
        _auditor.CheckLive(server);
        _auditor.CheckTold();
        _auditor.CheckNothingLeft(server, _disk, _world.Time.Now);
    }
}
