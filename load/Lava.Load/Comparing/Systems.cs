using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Lava.Load.Comparing;

/// <summary>Starts the provider and all systems, each once, and proves the gateways' books in the end.</summary>
internal sealed class Systems(CompareOptions options, StartedProcesses processes, CancellationToken stop) : IDisposable
{
    private const int Customers = 50;
    private static readonly TimeSpan ListenLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);
    private readonly List<MeasuredSystem> _all = [];
    private readonly string _key = NewKey();

    public IReadOnlyList<MeasuredSystem> All => _all;

    /// <summary>The proxies: all but the provider itself.</summary>
    public IReadOnlyList<MeasuredSystem> Proxies => [.. _all.Where(system => system.Process is not null)];

    public IReadOnlyList<MeasuredSystem> Gateways => [.. _all.Where(system => system.Node is not null)];

    /// <summary>The provider's process.</summary>
    public int ProviderProcess { get; private set; }

    public IPEndPoint Provider { get; } = FreeAddress();

    /// <summary>The environment that gives a gateway its first key, which may make as many management calls as it likes.</summary>
    public IReadOnlyDictionary<string, string> Environment =>
        new Dictionary<string, string> { ["LAVA_SECRET_KEY"] = _key, ["LAVA_MANAGEMENT_LIMIT"] = "0" };

    public string Key => _key;

    public static IPEndPoint FreeAddress()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }

    /// <summary>The command that runs a .NET program, given as DLL or as executable.</summary>
    public static string[] Command(string program) => program.EndsWith(".dll", StringComparison.Ordinal) ? ["dotnet", program] : [program];

    public async Task StartAsync()
    {
        var self = typeof(Systems).Assembly.Location;
        ProviderProcess = processes.Start("provider", ["dotnet", self, CompareCommand.Provider, $"{Provider.Port}"]);
        await ListensAsync(ProviderProcess, Provider);
        _all.Add(new MeasuredSystem { Name = MeasuredSystem.Direct, Address = Provider });
        foreach (var name in options.Proxies)
        {
            await (name switch
            {
                MeasuredSystem.Nginx => StartNginxAsync(),
                MeasuredSystem.Haproxy => StartHaproxyAsync(),
                MeasuredSystem.Floor => StartFloorAsync(name),
                _ => StartFloorAsync(name, "--inline"),
            });
        }

        await StartGatewayAsync(MeasuredSystem.Lava, options.Lava);
        foreach (var (name, program) in options.Others)
        {
            await StartGatewayAsync(name, program);
        }
    }

    /// <summary>Starts <c>lava serve</c>, whatever it listens on.</summary>
    public int StartGateway(string name, string program, IPEndPoint address, string data, params string[] more) => processes.Start(
        name,
        [.. Command(program), "serve", "--urls", $"http://{address}", "--data", data, "--upstream", $"*=http://{Provider}", .. more],
        Environment);

    /// <summary>The books of each gateway, and whether they hold.</summary>
    public async Task<IReadOnlyList<(string Text, bool Holds)>> VerifyAsync()
    {
        var found = new List<(string, bool)>();
        foreach (var system in Gateways)
        {
            await system.Node!.SettledAsync(stop);
            var (recorded, answered) = await system.Node.RecordsAsync();
            var (program, data) = Home(system.Name);
            var (exit, text) = processes.Run($"{system.Name}-verify", [.. Command(program), "verify", "--data", data]);
            var holds = exit == 0 && recorded == answered;
            var last = text.TrimEnd().Split('\n')[^1];
            found.Add(($"{system.Name}: {answered} calls answered, {recorded} recorded; verify (exit code {exit}): {last}; "
                + $"PostgreSQL held all records at most {system.Node.LongestBacklog.TotalMilliseconds:F0} ms after a load", holds));
        }

        return found;
    }

    public void Dispose()
    {
        foreach (var system in Gateways)
        {
            system.Node!.Dispose();
        }
    }

    private async Task StartNginxAsync()
    {
        var (address, streams) = (FreeAddress(), FreeAddress());
        var file = Path.Combine(options.Work, "nginx.conf");
        await File.WriteAllTextAsync(file, ProxyFiles.Nginx(options.Work, address.Port, streams.Port, Provider.Port), stop);
        var process = processes.Start(MeasuredSystem.Nginx, ["nginx", "-p", options.Work, "-c", file, "-e", "stderr"]);
        await ListensAsync(process, address);
        _all.Add(new MeasuredSystem { Name = MeasuredSystem.Nginx, Address = address, StreamAddress = streams, Process = process });
    }

    private async Task StartHaproxyAsync()
    {
        var address = FreeAddress();
        var file = Path.Combine(options.Work, "haproxy.cfg");
        await File.WriteAllTextAsync(file, ProxyFiles.Haproxy(address.Port, Provider.Port), stop);
        var process = processes.Start(MeasuredSystem.Haproxy, ["haproxy", "-db", "-f", file]);
        await ListensAsync(process, address);
        _all.Add(new MeasuredSystem { Name = MeasuredSystem.Haproxy, Address = address, Process = process });
    }

    private async Task StartFloorAsync(string name, params string[] more)
    {
        var address = FreeAddress();
        var process = processes.Start(
            name, [.. Command(options.Floor), "--url", $"http://{address}", "--upstream", $"http://{Provider}", .. more]);
        await ListensAsync(process, address);
        _all.Add(new MeasuredSystem { Name = name, Address = address, Process = process });
    }

    private async Task StartGatewayAsync(string name, string program)
    {
        var address = FreeAddress();
        var process = StartGateway(name, program, address, Home(name).Data);
        var node = new GatewayNode(address, _key);
        await node.ReadyAsync(() => Runs(process), stop);
        await node.MeterAsync();
        _all.Add(new MeasuredSystem
        {
            Name = name,
            Address = address,
            Path = LoadRequests.GatewayPath,
            Tokens = await node.CustomersAsync(Customers),
            Process = process,
            Node = node,
        });
    }

    private (string Program, string Data) Home(string name) =>
        (options.Others.FirstOrDefault(other => other.Name == name).Program ?? options.Lava, Path.Combine(options.Work, name + "-data"));

    private async Task ListensAsync(int process, IPEndPoint address)
    {
        for (var began = MonotonicClock.Now; MonotonicClock.Since(began) < ListenLimit && Runs(process);)
        {
            try
            {
                using var connection = RawSocket.Connect(address);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(Poll, stop);
            }
        }

        throw new InvalidOperationException($"Nothing listens on {address}: {processes.Look(process).Text}");
    }

    private bool Runs(int process) => processes.Look(process) is var (text, runs) && runs
        ? true
        : throw new InvalidOperationException("A program has ended: " + text);

    private static string NewKey() => "aks_test_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}
